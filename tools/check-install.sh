#!/bin/sh
# Installs into the folder named, as a package would, and uses what was put there: the program, the manual page, and the library from a program
# of ten lines, linked once to the shared and once to the static one.
#   tools/check-install.sh FOLDER
set -eu
to=$1
rm -rf "$to"
make -s install DESTDIR="$to" PREFIX=/usr
"$to/usr/bin/mtbert" --version
[ -s "$to/usr/share/man/man1/mtbert.1" ]
cat >"$to/use.c" <<'C'
#include <mtbert.h>
#include <stdio.h>
#include <string.h>
int main(void)
{
    char why[200] = "";
    mtbert *m = mtbert_open("/no/such/model", "cpu", why, sizeof why);
    puts(why);
    return m || !strstr(why, "/no/such/model");
}
C
PKG_CONFIG_PATH=$to/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$to
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cc -Wall -Werror -o "$to/shared" "$to/use.c" $(pkg-config --cflags --libs mtbert)
LD_LIBRARY_PATH=$to/usr/lib "$to/shared"
cc -Wall -Werror -o "$to/static" "$to/use.c" $(pkg-config --cflags mtbert) "$to/usr/lib/libmtbert.a" $(pkg-config --libs --static mtbert | sed 's/-lmtbert//')
"$to/static"
readelf -hldW "$to/usr/bin/mtbert" >"$to/elf"
for sign in 'Type: *DYN' GNU_RELRO 'BIND_NOW\|NOW' 'GNU_STACK.* RW '; do grep -q "$sign" "$to/elf" || { echo "the program lacks $sign"; exit 1; }; done
nm -D "$to/usr/bin/mtbert" | grep -q __stack_chk_fail || { echo "the program was built without guards of the stack"; exit 1; }

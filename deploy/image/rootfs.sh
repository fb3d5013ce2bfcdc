#!/usr/bin/env bash
# rootfs.sh PROGRAM FOLDER: the whole file system of the image. The program, the C library's parts that it is linked with, the
# certificates of the authorities that one trusts (mail, SMS, OpenID), who runs it, and the licence. The same program gives the
# same bytes and times: SOURCE_DATE_EPOCH is when everything was changed.
set -euo pipefail
[ $# = 2 ] || { echo "usage: rootfs.sh PROGRAM FOLDER" >&2; exit 2; }
program=$1 root=$2
[ ! -e "$root" ] || { echo "rootfs: $root is there already" >&2; exit 1; }
umask 022
mkdir -p "$root/usr/bin" "$root/etc/ssl/certs" "$root/usr/share/doc/stadttermin" "$root/run/secrets"

install -m 0755 "$program" "$root/usr/bin/stadttermin"
# "name => /path (address)" for libraries, "/path (address)" for the loader
ldd "$program" | grep -oE '(=> )?/[^ ]+' | sed 's/^=> //' | while read -r library; do
  mkdir -p "$root$(dirname "$library")"
  install -m 0755 "$(readlink -f "$library")" "$root$library"
done

install -m 0644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
echo 'stadttermin:x:65532:65532::/:/nowhere' >"$root/etc/passwd"
echo 'stadttermin:x:65532:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
install -m 0644 "$(dirname "$0")/../../LICENSE" "$root/usr/share/doc/stadttermin/LICENSE"

find "$root" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:-0}" {} +

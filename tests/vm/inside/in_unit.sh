# Runs a shell line with the device rules of a unit: in_unit.sh UNIT LINE. Prints "opened" where it succeeds.
policy=$(systemctl show --value -p DevicePolicy "$1")
set -- "$1" "$2" -p "DevicePolicy=$policy"
for device in $(systemctl show --value -p DeviceAllow "$1" | sed 's/ r[wm]*//' ); do
    set -- "$@" -p "DeviceAllow=$device rw"
done
unit=$1 line=$2
shift 2
exec systemd-run --quiet --wait --pipe "$@" -- sh -c "$line && echo opened"

# Sourced by ./run and ./test: which Debian packages are needed, and how the missing ones get here.

build_packages=(
  g++ cmake ninja-build pkg-config ccache mold ca-certificates util-linux
  libasio-dev libssl-dev rapidjson-dev libsqlite3-dev libfmt-dev librestinio-dev
  libcurl4-openssl-dev zlib1g-dev libsodium-dev libspdlog-dev libcli11-dev libavahi-core-dev
  prometheus-cpp-dev
)
test_packages=(
  libgtest-dev libgmock-dev libbenchmark-dev python3 clang-format clang-tidy curl iproute2 procps
  nftables avahi-daemon avahi-utils dbus
)
# A container engine, where none answers.
cluster_packages=(docker.io docker-compose debootstrap iptables)

is_installed() {
  [[ $(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) == installed ]]
}

install_missing() {
  if ! command -v dpkg-query >/dev/null; then
    echo "This is no Debian: make sure that you have what these packages hold: $*" >&2
    return
  fi
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  echo "Installing packages: ${missing[*]}"
  local as_root=(env DEBIAN_FRONTEND=noninteractive)
  ((EUID == 0)) || as_root=(sudo "${as_root[@]}")
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Grapes, old nodes and clients, beside which ours are tested. Node comes from wherever it is; Debian's is
# taken only where there is none.
install_javascript() {
  local folder missing=()
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  ((${#missing[@]} == 0)) || install_missing "${missing[@]}"
  for folder in integration/js/*/package.json; do
    folder=${folder%/*}
    [[ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]] ||
      npm ci --prefix "$folder" --omit dev --no-audit --no-fund
  done
}

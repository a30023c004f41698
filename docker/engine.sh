# Sourced by ./cluster: the engine, Compose, images, and which containers are whose.

project=${COMPOSE_PROJECT_NAME:-syrah}
image=${SYRAH_IMAGE:-syrah}
grape_image=${GRAPE_IMAGE:-syrah-grape}
tools_image=${TOOLS_IMAGE:-syrah-tools}
api_ports=("${API_PORT_1:-8081}" "${API_PORT_2:-8082}" "${API_PORT_3:-8083}")

complain() {
  echo "./cluster: $*" >&2
  exit 1
}

check_engine() {
  command -v docker >/dev/null ||
    complain "there is no docker: install it (Debian: apt-get install docker.io docker-compose)"
  local answer
  answer=$(docker version --format '{{.Server.Version}}' 2>&1) && return
  if [[ $answer == *"permission denied"* ]]; then
    complain "you may not use the engine: use sudo, or join the group docker (sudo usermod -aG docker $(id -un)) and log in again"
  fi
  complain "the engine does not answer: start it (sudo systemctl start docker) [${answer##*$'\n'}]"
}

# Sets `compose`: version 2, or the older program if it is not too old.
find_compose() {
  if docker compose version >/dev/null 2>&1; then
    compose=(docker compose)
    return
  fi
  local version
  command -v docker-compose >/dev/null ||
    complain "there is no Docker Compose: install docker-compose, or the plugin docker-compose-plugin"
  version=$(docker-compose version --short 2>/dev/null || echo unknown)
  printf '1.28\n%s\n' "${version#v}" | sort -VC 2>/dev/null && [[ $version != unknown ]] ||
    complain "docker-compose $version is too old: 1.28 or newer is needed"
  compose=(docker-compose)
}

# The Compose files of a mode; `all` is enough to take down any.
mode_files() {
  case $1 in
    pure) overlays=() ;;
    hybrid | all) overlays=(hybrid) ;;
    legacy) overlays=(hybrid legacy) ;;
    mdns) overlays=(mdns) ;;
    *) complain "there is no mode $1: pure, hybrid, legacy or mdns" ;;
  esac
  local overlay
  find_compose
  compose+=(-p "$project" -f docker/compose.yml)
  for overlay in "${overlays[@]}"; do
    compose+=(-f "docker/compose.$overlay.yml")
  done
}

# Compose tells much; only when it fails it is of interest, and then the end of it.
compose_quietly() {
  local said
  said=$("${compose[@]}" "$@" 2>&1) && return
  echo "./cluster: Compose could not do \"$1\":" >&2
  grep -iE 'error|cannot|failed|denied|allocated' <<<"$said" | tail -n 3 >&2 || tail -n 3 <<<"$said" >&2
  return 1
}

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

# Images that were named from outside are taken as they are.
build_images() {
  local services=()
  [[ -v SYRAH_IMAGE ]] || services+=(node1)
  [[ -v GRAPE_IMAGE || " ${overlays[*]} " != *" hybrid "* ]] || services+=(grape1)
  ((${#services[@]})) || return 0
  docker/base-image build/docker || exit 1
  if has_image "$image" && { [[ ${services[*]} != *grape1* ]] || has_image "$grape_image"; }; then
    compose_quietly build "${services[@]}" || exit 1
  else
    echo "Building the images from source; the first time takes some minutes"
    "${compose[@]}" build "${services[@]}" || complain "the images could not be built"
  fi
}

containers_of() {
  local service
  for service in "$@"; do
    docker ps -aq --filter "label=com.docker.compose.project=$project" \
      --filter "label=com.docker.compose.service=$service"
  done
}

node_container() {
  [[ ${1:-} =~ ^[1-9]$ ]] || complain "name a node by its number, 1 to 3"
  local found
  found=$(containers_of "node$1")
  [[ -n $found ]] || complain "node$1 does not exist: ./cluster up"
  echo "$found"
}

state_of() { docker inspect -f '{{.State.Status}}' "$1"; }

# Who listens at a port is found out by knocking. Ports of our own containers are no trouble.
check_ports() {
  local port number
  for number in 1 2 3; do
    port=${api_ports[number - 1]}
    [[ -n $(containers_of "node$number") ]] && continue
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      complain "port $port is taken: end what listens there, or choose another: API_PORT_$number=18$port ./cluster up"
    fi
  done
}

api_addresses() { printf ' http://127.0.0.1:%s' "${api_ports[@]}"; }

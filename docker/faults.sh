# Sourced by ./cluster: what breaks nodes and the network between them, and mends them.

# A failing $(node_container) ends the script only where it is assigned: hence the variables.

kill_node() {
  local container
  container=$(node_container "${1:-}")
  [[ $(state_of "$container") == running ]] || complain "node$1 does not run"
  docker kill "$container" >/dev/null
  echo "node$1 is dead. Its data is there: ./cluster restart $1"
}

pause_node() {
  local container
  container=$(node_container "${1:-}")
  [[ $(state_of "$container") == running ]] || complain "node$1 does not run"
  docker pause "$container" >/dev/null
  echo "node$1 stands still: ./cluster restart $1, or ./cluster heal"
}

restart_node() {
  local container
  container=$(node_container "${1:-}")
  case $(state_of "$container") in
    paused) docker unpause "$container" >/dev/null ;;
    running) docker restart -t 5 "$container" >/dev/null ;;
    *) docker start "$container" >/dev/null ;;
  esac
  wait_for_answer "$container" 20 || complain "node$1 does not come up: ./cluster logs $1"
  echo "node$1 runs."
}

# nft in the network of a container. It is in a container of its own that has the right to: the
# nodes have none, and the machine's own rules are not touched.
nft_at() {
  has_image "$tools_image" ||
    docker build -q --target tools -t "$tools_image" docker >/dev/null 2>&1 ||
    complain "the image with nft could not be built: docker build --target tools docker"
  docker run --rm -i --network "container:$1" --cap-drop ALL --cap-add NET_ADMIN "$tools_image" \
    nft -f -
}

address_of() { docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$1"; }

# Container $1 hears nothing of container $2 any more; nobody is told.
deafen() {
  nft_at "$1" <<TEXT
add table ip cluster
add chain ip cluster input { type filter hook input priority 0; }
add rule ip cluster input ip saddr $(address_of "$2") drop
TEXT
}

cut_node() {
  local a b container
  a=$(node_container "${1:-}")
  b=$(node_container "${2:-}")
  [[ $a != "$b" ]] || complain "name two nodes: ./cluster cut 1 3"
  for container in "$a" "$b"; do
    [[ $(state_of "$container") == running ]] || complain "both nodes must run"
  done
  deafen "$a" "$b"
  deafen "$b" "$a"
  echo "node$1 and node$2 do not reach each other any more (a restart of one ends that, as does ./cluster heal)."
}

heal() {
  local number container
  for number in 1 2 3; do
    container=$(node_container "$number")
    [[ $(state_of "$container") != paused ]] || docker unpause "$container" >/dev/null
    [[ $(state_of "$container") == running ]] || continue
    nft_at "$container" <<<"add table ip cluster; delete table ip cluster"
  done
  echo "All nodes that run reach each other again."
}

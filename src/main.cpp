#include <iostream>

#include "cli/cli.h"
#include "daemon/environment.h"
#include "daemon/run.h"

int main(int argc, char** argv) {
  return syrah::cli::run(argc, argv, [] {
    return syrah::daemon::run(syrah::daemon::read_environment(), SYRAH_VERSION, std::cerr);
  });
}

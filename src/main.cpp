#include <filesystem>
#include <iostream>

#include "cli/cli.h"
#include "daemon/environment.h"
#include "daemon/examine.h"
#include "daemon/run.h"
#include "store/file.h"

namespace {

/// More than any file of variables.
constexpr std::size_t kEnvFileBytesMax = 64 * 1024;

syrah::base::Result<syrah::doctor::Machine> look_at_machine(const std::string& env_file) {
  syrah::daemon::Environment environment = syrah::daemon::read_environment();
  if (!env_file.empty()) {
    const auto text = syrah::store::read_file(env_file, kEnvFileBytesMax);
    if (!text) return syrah::base::invalid(text.error().message);
    environment = syrah::daemon::with_env_file(std::move(environment), *text);
  }
  syrah::doctor::Machine machine = syrah::daemon::look_at_machine(environment);
  std::error_code ignored;
  if (env_file.empty() && std::filesystem::exists(".env", ignored)) {
    machine.env_file_beside = ".env";
  }
  return machine;
}

}  // namespace

int main(int argc, char** argv) {
  return syrah::cli::run(argc, argv,
                         {[] {
                            return syrah::daemon::run(syrah::daemon::read_environment(),
                                                      SYRAH_VERSION, std::cerr);
                          },
                          look_at_machine});
}

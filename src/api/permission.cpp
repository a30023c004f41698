#include "api/permission.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "api/errors.h"

namespace syrah::api {
namespace {

constexpr std::array kAll = {Permission::kView, Permission::kTrade, Permission::kManage};

}  // namespace

std::string_view to_text(Permission permission) {
  switch (permission) {
    case Permission::kView:
      return "view";
    case Permission::kTrade:
      return "trade";
    case Permission::kManage:
      break;
  }
  return "manage";
}

Permissions Permissions::all() {
  Permissions permissions;
  for (const Permission permission : kAll) permissions.add(permission);
  return permissions;
}

base::Result<Permissions> Permissions::parse(const std::vector<std::string>& words) {
  Permissions permissions;
  for (const std::string& word : words) {
    const auto found = std::find_if(kAll.begin(), kAll.end(), [&](Permission permission) {
      return to_text(permission) == word;
    });
    if (found == kAll.end()) {
      return base::invalid(
          fmt::format("permission {} is not one of view, trade, manage", quoted(word)));
    }
    permissions.add(*found);
  }
  if (permissions == Permissions{}) {
    return base::invalid("permissions must name at least one of view, trade, manage");
  }
  return permissions;
}

std::vector<std::string_view> Permissions::words() const {
  std::vector<std::string_view> words;
  for (const Permission permission : kAll) {
    if (has(permission)) words.push_back(to_text(permission));
  }
  return words;
}

}  // namespace syrah::api

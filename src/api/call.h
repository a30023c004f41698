#pragma once

// One request on its way through the routes.

#include <string>
#include <utility>
#include <vector>

#include "api/router.h"
#include "api/target.h"
#include "exchange/types.h"

namespace syrah::api {

struct Call {
  const HttpRequest& request;
  Target target;
  std::vector<std::string> captures;  ///< what stood in place of each {} of the route
  std::string account;                ///< of the key that signed; empty where no key is needed
  std::string key;                    ///< that signed; empty where none is needed
  exchange::KeyTag tag = 0;           ///< of that key
  Context& context;
};

using Answer = base::Result<Outcome>;

inline Outcome answer_with(std::string json) { return HttpResponse{200, {}, std::move(json)}; }

/// The product of that name, or an error that says that there is none (kNotFound).
base::Result<const exchange::Instrument*> find_product(const Call& call, std::string_view name);

/// The product that ?product_id names, null if there is no such parameter.
base::Result<const exchange::Instrument*> product_parameter(const Call& call);

}  // namespace syrah::api

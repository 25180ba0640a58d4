// SPDX-License-Identifier: Apache-2.0
#include "cluster/own_secrets.hpp"

#include "config/needs.hpp"
#include "config/scope.hpp"

#include <cstdlib>
#include <vector>

namespace troupe {

expected<value> secrets_for(const branch_order& order) {
  auto& given = order.begin.scope->run->secrets;
  std::vector<value::member> all;
  for (auto& name : order.needs->secrets)
    if (auto known = given.find(name))
      all.emplace_back(name, *known);
    else if (auto own = std::getenv(name.c_str()))
      all.emplace_back(name, nlohmann::json(own));
    else
      return failure(errc::invalid_input,
                     "secret." + name +
                       ": without TLS secrets do not travel, and the worker has no variable \"" +
                       name + "\" in its environment");
  return value::object(std::move(all));
}

void give_secrets(branch_order& order, value secrets) {
  auto values = *order.begin.scope->run;
  values.secrets = std::move(secrets);
  auto run = std::make_shared<const run_values>(std::move(values));
  auto with_run = [&](scope x) {
    x.run = run;
    return std::make_shared<const scope>(std::move(x));
  };
  order.begin.scope = with_run(*order.begin.scope);
  for (auto& x : order.before)
    for (auto& one : x.end.undo) {
      auto mine = *one;
      mine.scope = with_run(*one->scope);
      one = std::make_shared<const completed>(std::move(mine));
    }
}

} // namespace troupe

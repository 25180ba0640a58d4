// SPDX-License-Identifier: Apache-2.0
#include "config/template/value_template.hpp"

#include "config/overloaded.hpp"

namespace troupe::plan {

expected<value> resolve(const value_template& x, const view& from) {
  auto visitor = overloaded{
    [](const value& literal) -> expected<value> { return literal; },
    [&](const text_template& text) -> expected<value> { return resolve(text, from); },
    [&](const value_template::list& items) -> expected<value> {
      std::vector<value> all;
      all.reserve(items.size());
      for (auto& item : items) {
        auto found = resolve(item, from);
        if (!found)
          return found;
        all.push_back(std::move(*found));
      }
      return value::list(std::move(all));
    },
    [&](const value_template::object& members) -> expected<value> {
      std::vector<value::member> all;
      all.reserve(members.size());
      for (auto& [name, member] : members) {
        auto found = resolve(member, from);
        if (!found)
          return found;
        all.emplace_back(name, std::move(*found));
      }
      return value::object(std::move(all));
    },
  };
  return std::visit(visitor, x.content);
}

} // namespace troupe::plan

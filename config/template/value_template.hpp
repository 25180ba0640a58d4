// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/text_template.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace troupe::plan {

/// JSON whose strings may hold templates. What holds none is one shared literal.
struct value_template {
  using list = std::vector<value_template>;
  using object = std::vector<std::pair<std::string, value_template>>;
  std::variant<value, text_template, list, object> content = value{};

  bool is_literal() const { return std::holds_alternative<value>(content); }
};

/// The value with every template filled in; parts that are values already are shared, not copied.
expected<value> resolve(const value_template& x, const view& from);

} // namespace troupe::plan

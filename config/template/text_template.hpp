// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/template/filter.hpp"
#include "config/template/reference.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace troupe::plan {

/// `a ?? b ?? "x"`: the first that is there and not null; the last one in any case. Behind them,
/// `| upper`: what is done to it.
struct alternatives {
  std::string text; ///< as written, with `${` and `}`
  std::vector<std::variant<value, reference>> operands;
  std::vector<filter> filters = {}; ///< one after another
};

/// A string with templates in it. `$${` stands for a literal `${`.
struct text_template {
  std::vector<std::variant<std::string, alternatives>> parts;
  bool is_url = false; ///< what templates give is percent-encoded, but not at the very start

  /// No template in it: `literal()` is all there is.
  bool is_literal() const;
  std::string literal() const;
};

/// What is wrong with a template, and with which piece of the text.
struct template_problem {
  std::string piece;
  std::string message;
  std::string hint = {};
  size_t at = 0; ///< where the piece begins
};

expected<text_template, template_problem> parse_template(std::string_view text);

expected<value> resolve(const alternatives& x, const view& from);
/// A string that is one template keeps the value's type; otherwise text.
expected<value> resolve(const text_template& x, const view& from);

/// Calls `visit(reference&, is_optional)` for each reference, nested ones too. Optional: a `??`
/// covers its absence.
void each_reference(text_template& x, const std::function<void(reference&, bool)>& visit);

} // namespace troupe::plan

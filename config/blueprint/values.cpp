// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/template.hpp"
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

namespace {

void report(const reader& in, const syntax_problem& x, const char* code) {
  in.error_inside(x.piece, {x.code.empty() ? code : x.code, x.message, x.hint}, x.at);
}

} // namespace

native_json translator::filled(const reader& in) {
  auto& x = in.json();
  if (x.is_string())
    return native_text(in, x.get<std::string>());
  if (x.is_object()) {
    native_object out{in};
    for (auto& [key, member] : in.members())
      out.set(key, filled(member));
    return out.take();
  }
  if (!x.is_array())
    return native_json(x);
  auto out = native_json::array();
  for (auto& item : in.items())
    out.push_back(filled(item));
  return out;
}

std::string translator::native_text(const reader& in, const std::string& text) {
  auto made = to_native(text, names_);
  if (made)
    return *made;
  report(in, made.error(), "bad_template");
  return {};
}

std::optional<jq_text> translator::expression(const reader& in) {
  if (in.json().is_boolean())
    return jq_text{in.json().dump(), true};
  auto text = in.as_text();
  if (!text)
    return {};
  auto made = to_jq(*text, names_);
  if (made)
    return *made;
  report(in, made.error(), "bad_expression");
  return {};
}

std::string jq_output(const std::string& id) { return "$steps[\"" + id + "\"].output"; }

} // namespace troupe::config::blueprint

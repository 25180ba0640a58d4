// SPDX-License-Identifier: Apache-2.0
#include "config/template/rename.hpp"

namespace troupe::plan {

std::string escaped(std::string text) {
  for (size_t at = 0; (at = text.find("${", at)) != text.npos; at += 3)
    text.insert(at, "$");
  return text;
}

namespace {

std::string renamed(const alternatives& x, const rename_fn& name_of) {
  std::string all;
  for (auto& operand : x.operands) {
    auto other = std::get_if<reference>(&operand);
    auto text = other ? name_of(*other).value_or(other->text) : std::get<value>(operand).dump();
    all += (all.empty() ? "" : " ?? ") + text;
  }
  for (auto& filter : x.filters)
    all += " | " + to_string(filter);
  return "${" + all + "}";
}

} // namespace

std::string renamed(const std::string& text, const rename_fn& name_of) {
  if (text.find("${") == text.npos)
    return text;
  auto parsed = parse_template(text);
  if (!parsed)
    return text;
  std::string out;
  for (auto& part : parsed->parts) {
    auto plain = std::get_if<std::string>(&part);
    out += plain ? escaped(*plain) : renamed(std::get<alternatives>(part), name_of);
  }
  return out;
}

} // namespace troupe::plan

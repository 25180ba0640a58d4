// SPDX-License-Identifier: Apache-2.0
#include "config/template/rename.hpp"

#include <algorithm>
#include <cctype>

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

namespace {

bool is_word(const std::string& x) {
  auto is_in_word = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; };
  return !x.empty() && std::all_of(x.begin(), x.end(), is_in_word);
}

std::string with_ids(const reference& x, const id_fn& id_of) {
  auto or_same = [&](const std::string& name) {
    auto id = id_of(name);
    return id.empty() ? name : id;
  };
  auto is_result = x.root == "steps" && !x.way.empty();
  auto out = is_result ? x.root : or_same(x.root);
  for (auto& step : x.way) {
    if (auto name = std::get_if<std::string>(&step)) {
      auto shown = is_result && &step == &x.way.front() ? or_same(*name) : *name;
      out += is_word(shown) ? "." + shown : "[" + nlohmann::json(shown).dump() + "]";
    } else if (auto place = std::get_if<size_t>(&step)) {
      out += "[" + std::to_string(*place) + "]";
    } else {
      out += "[${" + with_ids(*std::get<std::shared_ptr<reference>>(step), id_of) + "}]";
    }
  }
  return out;
}

} // namespace

std::string with_other_steps(const std::string& text, const id_fn& id_of) {
  return renamed(text, [&](const reference& x) { return with_ids(x, id_of); });
}

} // namespace troupe::plan

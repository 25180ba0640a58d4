// SPDX-License-Identifier: Apache-2.0
#include "config/template_text.hpp"

#include "config/overloaded.hpp"

#include <algorithm>
#include <optional>

namespace troupe::config {

using nlohmann::json;

namespace {

bool is_known_before(const plan::reference& x) {
  switch (x.origin) {
  case plan::origin::inputs:
  case plan::origin::context:
  case plan::origin::environment:
  case plan::origin::secret:
    break;
  default:
    return false;
  }
  return std::all_of(x.way.begin(), x.way.end(), [](auto& part) {
    auto inner = std::get_if<std::shared_ptr<plan::reference>>(&part);
    return !inner || is_known_before(**inner);
  });
}

bool is_known_before(const plan::alternatives& x) {
  return std::all_of(x.operands.begin(), x.operands.end(), [](auto& operand) {
    auto reference = std::get_if<plan::reference>(&operand);
    return !reference || is_known_before(*reference);
  });
}

/// A text with what is known filled in; whole if it is one template.
json as_text(const plan::text_template& x, filler with) {
  auto known = [&](const plan::alternatives& choice) {
    auto value = with && is_known_before(choice) ? plan::resolve(choice, *with)
                                                 : failure(errc::invalid_input, "");
    return value ? std::optional{*value} : std::nullopt;
  };
  if (x.parts.size() == 1)
    if (auto only = std::get_if<plan::alternatives>(&x.parts[0]))
      if (auto value = known(*only))
        return value->json();
  std::string out;
  for (auto& part : x.parts) {
    if (auto plain = std::get_if<std::string>(&part)) {
      out += *plain;
      continue;
    }
    auto& choice = std::get<plan::alternatives>(part);
    auto value = known(choice);
    out += value ? value->as_text() : choice.text;
  }
  return out;
}

} // namespace

void collect(const plan::reference& x, texts& out) {
  out.insert(x.text);
  for (auto& part : x.way)
    if (auto inner = std::get_if<std::shared_ptr<plan::reference>>(&part))
      collect(**inner, out);
}

void collect(const plan::alternatives& x, texts& out) {
  for (auto& operand : x.operands)
    if (auto reference = std::get_if<plan::reference>(&operand))
      collect(*reference, out);
}

void collect(const plan::value_template& x, texts& out) {
  auto visitor = overloaded{
    [](const value&) {},
    [&](const plan::text_template& text) {
      for (auto& part : text.parts)
        if (auto choice = std::get_if<plan::alternatives>(&part))
          collect(*choice, out);
    },
    [&](const plan::value_template::list& items) {
      for (auto& item : items)
        collect(item, out);
    },
    [&](const plan::value_template::object& members) {
      for (auto& [name, member] : members)
        collect(member, out);
    },
  };
  std::visit(visitor, x.content);
}

void collect(const plan::expression& x, texts& out) {
  for (auto& [name, reference] : x.variables)
    collect(reference, out);
}

json as_written(const plan::value_template& x, filler with) {
  auto visitor = overloaded{
    [](const value& literal) { return literal.json(); },
    [&](const plan::text_template& text) { return as_text(text, with); },
    [&](const plan::value_template::list& items) {
      auto out = json::array();
      for (auto& item : items)
        out.push_back(as_written(item, with));
      return out;
    },
    [&](const plan::value_template::object& members) {
      auto out = json::object();
      for (auto& [name, member] : members)
        out[name] = as_written(member, with);
      return out;
    },
  };
  return std::visit(visitor, x.content);
}

} // namespace troupe::config

// SPDX-License-Identifier: Apache-2.0
#include "config/template/filter.hpp"

#include <algorithm>
#include <array>

namespace troupe::plan {

namespace {

constexpr std::array<const char*, 5> names{"join", "upper", "lower", "length", "tojson"};

unexpected<error> wants(const filter& x, const char* what, const value& got) {
  return failure(errc::invalid_input, std::string{names[static_cast<size_t>(x.what)]} + " wants " +
                                        what + ", got " + got.type_name());
}

value with_case(std::string text, bool upper) {
  auto change = [upper](char c) {
    auto is_letter = upper ? c >= 'a' && c <= 'z' : c >= 'A' && c <= 'Z';
    return is_letter ? static_cast<char>(c ^ 0x20) : c;
  };
  std::transform(text.begin(), text.end(), text.begin(), change);
  return value{nlohmann::json(std::move(text))};
}

value joined(const value& list, const std::string& separator) {
  std::string out;
  for (size_t i = 0; i < list.size(); ++i)
    out += (i > 0 ? separator : "") + list.at(i)->as_text();
  return value{nlohmann::json(std::move(out))};
}

size_t characters_in(const std::string& text) {
  auto begins_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), begins_one));
}

} // namespace

std::vector<std::string> filter_names() { return {names.begin(), names.end()}; }

std::optional<filter::kind> filter_from(std::string_view name) {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    return {};
  return static_cast<filter::kind>(found - names.begin());
}

std::string to_string(const filter& x) {
  std::string name = names[static_cast<size_t>(x.what)];
  auto separates = x.what == filter::kind::join;
  return separates ? name + "(" + nlohmann::json(x.separator).dump() + ")" : name;
}

expected<value> apply(const filter& x, const value& to) {
  switch (x.what) {
  case filter::kind::join:
    if (!to.is_array())
      return wants(x, "a list", to);
    return joined(to, x.separator);
  case filter::kind::upper:
  case filter::kind::lower:
    if (!to.is_string())
      return wants(x, "a text", to);
    return with_case(to.text(), x.what == filter::kind::upper);
  case filter::kind::length:
    if (to.is_string())
      return value{nlohmann::json(characters_in(to.text()))};
    if (!to.is_array() && !to.is_object())
      return wants(x, "a text, a list or an object", to);
    return value{nlohmann::json(to.size())};
  case filter::kind::tojson:
    break;
  }
  return value{nlohmann::json(to.dump())};
}

} // namespace troupe::plan

// SPDX-License-Identifier: Apache-2.0
#include "config/jq/convert.hpp"

#include <cmath>
#include <cstdint>

namespace troupe::config {

using nlohmann::json;

namespace {

jv text_to_jq(const std::string& x) {
  return jv_string_sized(x.data(), static_cast<int>(x.size()));
}

jv json_to_jq(const json& x) {
  switch (x.type()) {
  case json::value_t::null:
    return jv_null();
  case json::value_t::boolean:
    return jv_bool(x.get<bool>());
  case json::value_t::string:
    return text_to_jq(x.get_ref<const std::string&>());
  case json::value_t::array: {
    auto out = jv_array_sized(static_cast<int>(x.size()));
    for (auto& item : x)
      out = jv_array_append(out, json_to_jq(item));
    return out;
  }
  case json::value_t::object: {
    auto out = jv_object();
    for (auto& [name, member] : x.items())
      out = jv_object_set(out, text_to_jq(name), json_to_jq(member));
    return out;
  }
  default:
    return jv_number(x.get<double>());
  }
}

std::string text_of(jv x) {
  std::string text{jv_string_value(x), static_cast<size_t>(jv_string_length_bytes(jv_copy(x)))};
  jv_free(x);
  return text;
}

json number_from(double x) {
  constexpr double exact = 9007199254740992; // 2^53
  if (std::isnan(x))
    return nullptr;
  if (x == std::floor(x) && std::abs(x) < exact)
    return static_cast<int64_t>(x);
  return x;
}

/// Takes over `x`; false if it is nested deeper than `levels`.
bool read(jv x, json& out, int levels) {
  auto fits = levels > 0;
  switch (jv_get_kind(x)) {
  case JV_KIND_TRUE:
  case JV_KIND_FALSE:
    out = jv_get_kind(x) == JV_KIND_TRUE;
    break;
  case JV_KIND_NUMBER:
    out = number_from(jv_number_value(x));
    break;
  case JV_KIND_STRING:
    out = text_of(x);
    return true;
  case JV_KIND_ARRAY:
    out = json::array();
    for (int i = 0, n = jv_array_length(jv_copy(x)); fits && i < n; ++i) {
      out.push_back(nullptr);
      fits = read(jv_array_get(jv_copy(x), i), out.back(), levels - 1);
    }
    break;
  case JV_KIND_OBJECT:
    out = json::object();
    for (auto i = jv_object_iter(x); fits && jv_object_iter_valid(x, i);
         i = jv_object_iter_next(x, i)) {
      auto name = text_of(jv_object_iter_key(x, i));
      fits = read(jv_object_iter_value(x, i), out[name], levels - 1);
    }
    break;
  default:
    break;
  }
  jv_free(x);
  return fits;
}

} // namespace

jv to_jq(const value& x) {
  if (x.is_array()) {
    auto out = jv_array_sized(static_cast<int>(x.size()));
    for (size_t i = 0; i < x.size(); ++i)
      out = jv_array_append(out, to_jq(*x.at(i)));
    return out;
  }
  if (x.is_object()) {
    auto out = jv_object();
    x.each_member([&](const std::string& name, const value& member) {
      out = jv_object_set(out, text_to_jq(name), to_jq(member));
    });
    return out;
  }
  return json_to_jq(x.json());
}

std::optional<json> from_jq(jv x) {
  constexpr int deepest = 256;
  json out;
  auto fits = read(x, out, deepest);
  return fits ? std::optional{std::move(out)} : std::nullopt;
}

} // namespace troupe::config

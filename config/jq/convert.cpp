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

json from_jq(jv x) {
  json out;
  switch (jv_get_kind(x)) {
  case JV_KIND_TRUE:
    out = true;
    break;
  case JV_KIND_FALSE:
    out = false;
    break;
  case JV_KIND_NUMBER:
    out = number_from(jv_number_value(x));
    break;
  case JV_KIND_STRING:
    return text_of(x);
  case JV_KIND_ARRAY:
    out = json::array();
    jv_array_foreach(x, i, item) out.push_back(from_jq(item));
    break;
  case JV_KIND_OBJECT:
    out = json::object();
    jv_object_foreach(x, name, member) {
      auto key = text_of(name);
      out[key] = from_jq(member);
    }
    break;
  default:
    break;
  }
  jv_free(x);
  return out;
}

} // namespace troupe::config

// SPDX-License-Identifier: Apache-2.0
#include "config/schema_parts.hpp"

namespace troupe::config::schemas {

json refer(const std::string& definition) { return {{"$ref", "#/definitions/" + definition}}; }

json described(json x, const char* text) {
  if (x.contains("$ref")) // nothing beside a `$ref` counts in draft 7
    x = {{"allOf", json::array({x})}};
  x["description"] = text;
  return x;
}

json either(std::initializer_list<json> all) {
  return {{"anyOf", std::vector<json>(all.begin(), all.end())}};
}

json list_of(json item) { return {{"type", "array"}, {"items", std::move(item)}}; }
json object_of(json member) {
  return {{"type", "object"}, {"additionalProperties", std::move(member)}};
}
json text() { return {{"type", "string"}}; }
json long_text() { return {{"type", {"string", "object"}}, {"required", {"$file"}}}; }
json boolean() { return {{"type", "boolean"}}; }
json object() { return {{"type", "object"}}; }

json whole(int least) { // `minimum` is of numbers, `pattern` of texts
  return {{"type", {"integer", "string"}}, {"minimum", least}, {"pattern", "^[0-9]+$"}};
}

json whole(int least, int most) {
  auto x = whole(least);
  x["maximum"] = most;
  return x;
}

json amount() { return {{"type", "number"}, {"minimum", 0}}; }
json one_of(const list& names) { return {{"enum", names}}; }
json anything() { return json::object(); }

json properties_of(const list& keys, const json& said) {
  auto all = json::object();
  for (auto& key : keys)
    all[key] = said.value(key, anything());
  return all;
}

json closed(json properties, const list& required) {
  auto x = open(std::move(properties), required);
  x["additionalProperties"] = false;
  x["patternProperties"] = {{"^_", anything()}};
  return x;
}

json open(json properties, const list& required) {
  json x{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty())
    x["required"] = required;
  return x;
}

json if_then_else(json condition, json then, json otherwise) {
  return {{"if", std::move(condition)}, {"then", std::move(then)}, {"else", std::move(otherwise)}};
}

json of_format(const char* title, const char* key, json definitions) {
  auto under = [](const char* name) { return open({{name, refer("document")}}, {name}); };
  json has_key{{"required", {key}}};
  auto out = if_then_else(has_key, refer("document"),
                          either({refer("document"), under("ir"), under("workflow")}));
  out["$schema"] = "http://json-schema.org/draft-07/schema#";
  out["title"] = title;
  out["type"] = "object";
  out["definitions"] = std::move(definitions);
  return out;
}

list joined(std::initializer_list<list> all) {
  list out;
  for (auto& one : all)
    out.insert(out.end(), one.begin(), one.end());
  return out;
}

} // namespace troupe::config::schemas

// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <vector>

/// What the JSON Schemas (draft 7) of the formats are made of.
namespace troupe::config::schemas {

using nlohmann::json;
using list = std::vector<std::string>;

json refer(const std::string& definition);
json described(json x, const char* text);
json either(std::initializer_list<json> all);
json list_of(json item);
json object_of(json member);
json text();
/// A text that may stand in a file beside the document: `{"$file": "prompt.md"}`.
json long_text();
json boolean();
json object();
/// A number in quotes is taken as one, with a warning.
json whole(int least);
json whole(int least, int most);
json amount();
json one_of(const list& names);
json anything();

/// Of the keys that a reader knows, what is said of them: so that a schema has no others, and all
/// of them. Of what nothing is said, anything will do.
json properties_of(const list& keys, const json& said = json::object());
/// No other keys, but comments: those that begin with `_`.
json closed(json properties, const list& required = {});
/// Other keys too: they are only warned of.
json open(json properties, const list& required = {});
/// `x`, if `condition` holds; otherwise what the other schema says.
json if_then_else(json condition, json then, json otherwise);

/// The schema of a format whose documents are the definition `document`: they have that key, or
/// stand under one of their own.
json of_format(const char* title, const char* key, json definitions);

list joined(std::initializer_list<list> all);

} // namespace troupe::config::schemas

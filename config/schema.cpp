// SPDX-License-Identifier: Apache-2.0
#include "config/schema.hpp"

#include "config/pattern.hpp"

#define VALIJSON_USE_EXCEPTIONS 1 // else it prints and aborts

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <pthread.h>

#include <algorithm>
#include <functional>
#include <set>

namespace troupe::config {

using adapter = valijson::adapters::NlohmannJsonAdapter;

struct schema::compiled {
  valijson::Schema tree;
  bool has_patterns = false;
  std::set<std::string> free_members = {}; // whatever they are, they fit
};

schema::schema(std::unique_ptr<compiled> x) : compiled_{std::move(x)} {}
schema::~schema() = default;

namespace {

constexpr size_t longest_matched = 16'384;
constexpr size_t longest_on_any_stack = 1024;     // what is longer is matched on a stack of its own
constexpr size_t large_stack = size_t{256} << 20; // of which only what is used takes memory

/// Every regular expression in a schema.
std::vector<std::string> patterns_in(const nlohmann::json& x) {
  static const std::set<std::string> no_schemas{"enum", "const", "default", "examples"};
  std::vector<std::string> all;
  auto add = [&](const std::vector<std::string>& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  if (x.is_array())
    for (auto& item : x)
      add(patterns_in(item));
  if (!x.is_object())
    return all;
  for (auto& [key, member] : x.items()) {
    if (key == "pattern" && member.is_string())
      all.push_back(member.get<std::string>());
    if (key == "patternProperties" && member.is_object())
      for (auto& [pattern, inner] : member.items())
        all.push_back(pattern);
    if (!no_schemas.contains(key))
      add(patterns_in(member));
  }
  return all;
}

bool says_nothing(const nlohmann::json& x) {
  static const std::set<std::string> notes{"description", "title", "default", "examples",
                                           "aliases"};
  if (!x.is_object())
    return x == true;
  for (auto& [key, member] : x.items())
    if (!notes.contains(key))
      return false;
  return true;
}

/// Members that fit whatever they are: only of schemas that are simple enough to tell.
std::set<std::string> free_members_of(const nlohmann::json& x) {
  static const std::set<std::string> simple{
    "type", "properties", "required", "additionalProperties", "title", "description", "$schema"};
  std::set<std::string> all;
  if (!x.is_object() || !x.contains("properties") || !x["properties"].is_object())
    return all;
  for (auto& [key, member] : x.items()) {
    auto only_names = key == "oneOf" && std::all_of(member.begin(), member.end(), [](auto& one) {
                        return one.is_object() && one.size() == 1 && one.contains("required");
                      });
    if (!simple.contains(key) && !only_names)
      return all;
  }
  for (auto& [name, property] : x["properties"].items())
    if (says_nothing(property))
      all.insert(name);
  return all;
}

/// The longest text in it, keys too, and where it stands.
std::pair<size_t, std::string> longest_text(const nlohmann::json& x, const std::string& pointer) {
  std::pair<size_t, std::string> longest{0, pointer};
  if (x.is_string())
    longest.first = x.get_ref<const std::string&>().size();
  if (x.is_structured())
    for (auto& [key, member] : x.items()) {
      longest = std::max(longest, longest_text(member, pointer + "/" + key));
      longest = std::max(longest, {key.size(), pointer});
    }
  return longest;
}

/// Runs it in a thread with a large stack; false if there is none to be had.
bool run_on_large_stack(const std::function<void()>& work) {
  pthread_attr_t settings;
  pthread_attr_init(&settings);
  pthread_attr_setstacksize(&settings, large_stack);
  pthread_t thread{};
  auto run = [](void* what) -> void* {
    (*static_cast<const std::function<void()>*>(what))();
    return nullptr;
  };
  auto started =
    pthread_create(&thread, &settings, run, const_cast<std::function<void()>*>(&work)) == 0;
  pthread_attr_destroy(&settings);
  return started && pthread_join(thread, nullptr) == 0;
}

/// valijson throws where a `format` meets what is no text, of which it should say nothing. Formats
/// that it does not check are notes for others. `is_map`: the members have names of their own.
nlohmann::json with_formats_of_texts(nlohmann::json x, bool is_map = false) {
  static const std::set<std::string> checked{"date", "time", "date-time"};
  static const std::set<std::string> no_schemas{"enum", "const", "default", "examples"};
  static const std::set<std::string> maps{"properties", "patternProperties", "definitions",
                                          "dependencies"};
  if (x.is_array())
    for (auto& item : x)
      item = with_formats_of_texts(std::move(item));
  if (!x.is_object())
    return x;
  for (auto& [key, member] : x.items())
    if (is_map || !no_schemas.contains(key))
      member = with_formats_of_texts(std::move(member), !is_map && maps.contains(key));
  if (is_map || !x.contains("format") || !x["format"].is_string())
    return x;
  auto format = x["format"];
  x.erase("format");
  if (checked.contains(format) && (!x.contains("allOf") || x["allOf"].is_array()))
    x["allOf"].push_back({{"if", {{"type", "string"}}}, {"then", {{"format", format}}}});
  return x;
}

} // namespace

expected<std::shared_ptr<const schema>> schema::compile(const nlohmann::json& text) {
  if (!text.is_object() && !text.is_boolean())
    return failure(errc::invalid_input, "a schema must be an object");
  if (text.is_object() && text.contains("$ref") && text["$ref"] == "#")
    return failure(errc::invalid_input, "the schema is nothing but a reference to itself");
  auto result = std::make_unique<compiled>();
  auto patterns = patterns_in(text);
  for (auto& pattern : patterns)
    if (auto problem = problem_of_pattern(pattern); !problem.empty())
      return failure(errc::invalid_input, problem);
  result->has_patterns = !patterns.empty();
  result->free_members = free_members_of(text);
  try {
    valijson::SchemaParser parser;
    auto guarded = with_formats_of_texts(text);
    parser.populateSchema(adapter{guarded}, result->tree);
  } catch (const std::exception& why) {
    return failure(errc::invalid_input, why.what());
  }
  return std::make_shared<const schema>(std::move(result));
}

namespace {

/// valijson writes a context as `<root>`, `[a]`, `[0]`.
std::string pointer_of(const std::vector<std::string>& context) {
  std::string out;
  for (size_t i = 1; i < context.size(); ++i)
    out += "/" + context[i].substr(1, context[i].size() - 2);
  return out;
}

} // namespace

std::vector<violation> schema::check(const nlohmann::json& x) const {
  auto longest = compiled_->has_patterns ? longest_text(x, {}) : std::pair<size_t, std::string>{};
  auto too_long = [&] {
    return std::vector<violation>{{longest.second, "a text that is matched with a `pattern` may "
                                                   "have at most " +
                                                     std::to_string(longest_matched) + " bytes"}};
  };
  if (longest.first > longest_matched)
    return too_long();
  valijson::ValidationResults results;
  auto fits = false, is_odd = false;
  auto validate = [&] {
    try {
      valijson::Validator validator{valijson::Validator::kStrongTypes};
      fits = validator.validate(compiled_->tree, adapter{x}, &results);
    } catch (const std::exception&) { // it casts whatever has a `format` to a text
      is_odd = true;
    }
  };
  if (longest.first <= longest_on_any_stack)
    validate();
  else if (!run_on_large_stack(validate))
    return too_long();
  if (is_odd)
    return {{"", "what has a `format` must be a text"}};
  if (fits)
    return {};
  std::vector<violation> all;
  valijson::ValidationResults::Error next;
  while (results.popError(next))
    all.push_back({pointer_of(next.context), next.description});
  // What stands behind a deeper problem only repeats that there is one.
  auto deepest = std::max_element(all.begin(), all.end(), [](auto& a, auto& b) {
    return std::count(a.pointer.begin(), a.pointer.end(), '/') <
           std::count(b.pointer.begin(), b.pointer.end(), '/');
  });
  auto kept = deepest->pointer;
  std::erase_if(all, [&](auto& one) {
    return one.pointer.size() < kept.size() && kept.starts_with(one.pointer + "/");
  });
  return all;
}

std::string schema::problem_of(const value& x) const {
  auto& free = compiled_->free_members;
  std::vector<violation> all;
  if (free.empty() || !x.is_object()) {
    all = check(x.json());
  } else {
    auto rest = nlohmann::json::object();
    x.each_member([&](const std::string& name, const value& member) {
      rest[name] = free.contains(name) ? nlohmann::json() : member.json();
    });
    all = check(rest);
  }
  if (all.empty())
    return {};
  auto text = (all[0].pointer.empty() ? "" : all[0].pointer + ": ") + all[0].message;
  return text;
}

} // namespace troupe::config

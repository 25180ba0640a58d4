// SPDX-License-Identifier: Apache-2.0
#include "config/schema.hpp"

#define VALIJSON_USE_EXCEPTIONS 1 // else it prints and aborts

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include <algorithm>

namespace troupe::config {

using adapter = valijson::adapters::NlohmannJsonAdapter;

struct schema::compiled {
  valijson::Schema tree;
};

schema::schema(std::unique_ptr<compiled> x) : compiled_{std::move(x)} {}
schema::~schema() = default;

expected<std::shared_ptr<const schema>> schema::compile(const nlohmann::json& text) {
  if (!text.is_object() && !text.is_boolean())
    return failure(errc::invalid_input, "a schema must be an object");
  if (text.is_object() && text.contains("$ref") && text["$ref"] == "#")
    return failure(errc::invalid_input, "the schema is nothing but a reference to itself");
  auto result = std::make_unique<compiled>();
  try {
    valijson::SchemaParser parser;
    parser.populateSchema(adapter{text}, result->tree);
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
  valijson::Validator validator{valijson::Validator::kStrongTypes};
  valijson::ValidationResults results;
  if (validator.validate(compiled_->tree, adapter{x}, &results))
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
  auto all = check(x.json());
  if (all.empty())
    return {};
  auto text = (all[0].pointer.empty() ? "" : all[0].pointer + ": ") + all[0].message;
  return text;
}

} // namespace troupe::config

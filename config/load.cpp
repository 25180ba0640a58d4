// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"
#include "config/flow_schema.hpp"
#include "config/native/native_reader.hpp"
#include "config/partial.hpp"
#include "config/suggest.hpp"
#include "troupe/flow.hpp"

#include <algorithm>

namespace troupe {

namespace {

void refuse_format(const config::reader& in) {
  std::string message = "this is no flow: it has no `pipeline`";
  for (auto& [key, member] : in.members())
    if (config::is_near(key, "pipeline"))
      return member.error_at_key({"unknown_format", message, "did you mean \"pipeline\"?"});
  in.error({"unknown_format", message, "a native flow is {\"troupe\": 1, \"pipeline\": […]}"});
}

} // namespace

const std::string& flow::name() const { return plan_->name; }
const std::string& flow::description() const { return plan_->description; }
const diagnostics& flow::warnings() const { return plan_->warnings; }
const std::vector<std::string>& flow::secrets() const { return plan_->secrets; }
nlohmann::json flow_schema(const registry& kinds) { return config::native_schema(kinds); }
nlohmann::json flow::describe() const { return config::describe(*plan_); }
nlohmann::json flow::preview(const value& inputs) const { return config::preview(*plan_, inputs); }
expected<flow> flow::part(const flow_part& which) const {
  return config::take_part(*plan_, which).map([](auto plan) { return flow{std::move(plan)}; });
}
const nlohmann::json& flow::inputs() const { return plan_->inputs_as_written; }

namespace {

bool is_same(const diagnostic& x, const diagnostic& y) {
  return x.file == y.file && x.pointer == y.pointer && x.code == y.code && x.message == y.message;
}

/// What is wrong with the document, and then with those that it calls.
diagnostics take_all(config::reading& all) {
  diagnostics found;
  for (auto& source : all.sources)
    for (auto& x : source.found.take())
      if (std::none_of(found.begin(), found.end(), [&](auto& known) { return is_same(known, x); }))
        found.push_back(std::move(x)); // a flow that calls its own document is read twice
  return found;
}

bool read_plan(config::reading& all) {
  auto& first = all.sources.front();
  if (!config::parse(first))
    return false;
  config::reader in{first.content.root, "", first.found};
  if (!in.wants_object("a flow: an object with a `pipeline`"))
    return false;
  if (!in.has("pipeline")) {
    refuse_format(in);
    return false;
  }
  config::read_native(all);
  return std::none_of(all.sources.begin(), all.sources.end(),
                      [](auto& source) { return source.found.has_errors(); });
}

expected<flow, diagnostics> flow_from(const registry& kinds, const std::string& name,
                                      std::string text,
                                      std::optional<std::filesystem::path> file = {}) {
  config::reading all{kinds};
  all.sources.emplace_back(name, std::move(text), std::move(file));
  auto is_right = read_plan(all);
  auto found = take_all(all);
  if (!is_right)
    return unexpected{std::move(found)};
  all.flow->warnings = std::move(found);
  return flow{std::move(all.flow)};
}

} // namespace

expected<flow, diagnostics> parse_flow(std::string_view text, const registry& kinds,
                                       const std::string& name) {
  return flow_from(kinds, name, std::string{text});
}

expected<flow, diagnostics> load_flow(const std::filesystem::path& file, const registry& kinds) {
  auto text = config::contents_of(file);
  if (!text)
    return unexpected<diagnostics>{{{.code = "cannot_read",
                                     .message = "cannot read the file: " + text.error(),
                                     .file = file.string()}}};
  return flow_from(kinds, file.string(), std::move(*text),
                   std::filesystem::weakly_canonical(std::filesystem::absolute(file)));
}

} // namespace troupe

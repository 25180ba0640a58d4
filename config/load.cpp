// SPDX-License-Identifier: Apache-2.0
#include "config/bundle.hpp"
#include "config/describe.hpp"
#include "config/formats.hpp"
#include "config/native/native_reader.hpp"
#include "config/node_index.hpp"
#include "config/partial.hpp"
#include "config/translation.hpp"
#include "troupe/flow.hpp"

#include <algorithm>

namespace troupe {

const std::string& flow::name() const { return plan_->name; }
const std::string& flow::description() const { return plan_->description; }
const diagnostics& flow::warnings() const { return plan_->warnings; }
const std::vector<std::string>& flow::secrets() const { return plan_->secrets; }
nlohmann::json flow_schema(const registry& kinds, std::string_view format) {
  return config::schema_of(kinds, format);
}
nlohmann::json flow::describe() const { return config::describe(*plan_); }
nlohmann::json flow::preview(const value& inputs) const { return config::preview(*plan_, inputs); }
expected<flow> flow::part(const flow_part& which) const {
  return config::take_part(*plan_, which).map([](auto plan) {
    if (plan->index)
      plan->index = std::make_shared<const plan::node_index>(*plan); // of its own nodes
    return flow{std::move(plan)};
  });
}
const nlohmann::json& flow::inputs() const { return plan_->inputs_as_written; }

namespace {

bool is_same(const diagnostic& x, const diagnostic& y) {
  return x.file == y.file && x.pointer == y.pointer && x.code == y.code && x.message == y.message;
}

/// What is wrong with the document, and then with those that it calls.
diagnostics take_all(config::reading& all) {
  diagnostics found;
  for (auto sources : {&all.type_files, &all.sources})
    for (auto& source : *sources)
      for (auto& x : source.found.take())
        if (std::none_of(found.begin(), found.end(),
                         [&](auto& known) { return is_same(known, x); }))
          found.push_back(std::move(x)); // a flow that calls its own document is read twice
  return found;
}

bool read_plan(config::reading& all) {
  if (!config::read_types_file(all))
    return false;
  auto& first = all.sources.front();
  if (!config::parse(first, all.options.format))
    return false;
  config::read_native(all);
  return std::none_of(all.sources.begin(), all.sources.end(),
                      [](auto& source) { return source.found.has_errors(); });
}

/// A document that is to be read; it stands in a file, or in none.
struct written {
  std::string name, text;
  std::optional<std::filesystem::path> file = {};
};

expected<written, diagnostics> contents_of(const std::filesystem::path& file) {
  auto text = config::contents_of(file);
  if (!text)
    return unexpected<diagnostics>{{{.code = "cannot_read",
                                     .message = "cannot read the file: " + text.error(),
                                     .file = file.empty() ? "\"\"" : file.string()}}};
  return written{file.string(), std::move(*text),
                 std::filesystem::weakly_canonical(std::filesystem::absolute(file))};
}

expected<flow, diagnostics> flow_from(written x, const registry& kinds,
                                      const reading_options& options) {
  config::reading all{kinds, options};
  all.sources.emplace_back(std::move(x.name), std::move(x.text), std::move(x.file));
  auto is_right = read_plan(all);
  auto found = take_all(all);
  if (!is_right)
    return unexpected{std::move(found)};
  all.flow->warnings = std::move(found);
  if (all.has_places) {
    all.flow->documents = std::make_shared<const std::string>(config::bundle_of(all));
    all.flow->index = std::make_shared<const plan::node_index>(*all.flow);
  }
  return flow{std::move(all.flow)};
}

expected<converted_flow, diagnostics> conversion_of(written x, const reading_options& options) {
  config::source from{std::move(x.name), std::move(x.text), std::move(x.file)};
  auto is_right = config::parse(from, options.format);
  auto& made = from.content.translated;
  if (is_right && made.is_null()) // it is native
    config::take_translation(from.content, config::as_written({from.content.root, "", from.found}));
  auto found = from.found.take();
  if (!is_right)
    return unexpected{std::move(found)};
  return converted_flow{config::pretty(made), std::move(found)};
}

} // namespace

expected<flow, diagnostics> parse_flow(std::string_view text, const registry& kinds,
                                       const std::string& name, const reading_options& options) {
  return flow_from({name, std::string{text}}, kinds, options);
}

expected<flow, diagnostics> load_flow(const std::filesystem::path& file, const registry& kinds,
                                      const reading_options& options) {
  return contents_of(file).and_then(
    [&](written x) { return flow_from(std::move(x), kinds, options); });
}

expected<converted_flow, diagnostics> convert_text(std::string_view text, const std::string& name,
                                                   const reading_options& options) {
  return conversion_of({name, std::string{text}}, options);
}

expected<converted_flow, diagnostics> convert_flow(const std::filesystem::path& file,
                                                   const reading_options& options) {
  return contents_of(file).and_then(
    [&](written x) { return conversion_of(std::move(x), options); });
}

} // namespace troupe

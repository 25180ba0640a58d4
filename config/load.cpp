// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"
#include "config/document/read_document.hpp"
#include "config/document/text_files.hpp"
#include "config/flow_schema.hpp"
#include "config/native/native_reader.hpp"
#include "config/partial.hpp"
#include "config/suggest.hpp"
#include "troupe/flow.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace troupe {

namespace {

void refuse_format(const config::reader& in) {
  std::string message = "this is no flow: it has no `pipeline`";
  for (auto& [key, member] : in.members())
    if (config::is_near(key, "pipeline"))
      return member.error_at_key({"unknown_format", message, "did you mean \"pipeline\"?"});
  in.error({"unknown_format", message, "a native flow is {\"troupe\": 1, \"pipeline\": […]}"});
}

std::shared_ptr<plan::flow> read_plan(config::document& x, config::problems& found,
                                      const registry& kinds,
                                      const std::optional<std::filesystem::path>& folder) {
  if (!config::read_document(x, found))
    return nullptr;
  config::put_in_text_files(x, folder, found);
  config::reader in{x.root, "", found};
  if (!in.wants_object("a flow: an object with a `pipeline`"))
    return nullptr;
  if (!in.has("pipeline")) {
    refuse_format(in);
    return nullptr;
  }
  return config::native_reader{x, found, kinds}.read();
}

expected<std::string, diagnostics> contents_of(const std::filesystem::path& file) {
  auto refuse = [&](const std::string& why) {
    return unexpected<diagnostics>{
      {{.code = "cannot_read", .message = "cannot read the file: " + why, .file = file.string()}}};
  };
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem))
    return refuse("it is a folder");
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return refuse(std::strerror(errno));
  auto most = config::document_limits{}.bytes + 1; // one more, so that too much is seen
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad())
    return refuse(std::strerror(errno));
  return text;
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

expected<flow, diagnostics> flow_from(std::string text, const registry& kinds,
                                      const std::string& name,
                                      const std::optional<std::filesystem::path>& folder) {
  config::document x{.name = name, .text = std::move(text), .root = {}, .places = {}};
  config::problems found{x};
  auto plan = read_plan(x, found, kinds, folder);
  if (!plan || found.has_errors())
    return unexpected{found.take()};
  plan->warnings = found.take();
  return flow{std::move(plan)};
}

} // namespace

expected<flow, diagnostics> parse_flow(std::string_view text, const registry& kinds,
                                       const std::string& name) {
  return flow_from(std::string{text}, kinds, name, {});
}

expected<flow, diagnostics> load_flow(const std::filesystem::path& file, const registry& kinds) {
  auto text = contents_of(file);
  if (!text)
    return unexpected{text.error()};
  return flow_from(std::move(*text), kinds, file.string(),
                   std::filesystem::absolute(file).parent_path());
}

} // namespace troupe

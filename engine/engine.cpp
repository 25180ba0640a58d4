// SPDX-License-Identifier: Apache-2.0
#include "troupe/engine.hpp"

#include "engine/handle_state.hpp"
#include "engine/implementation.hpp"
#include "engine/run_id.hpp"
#include "troupe/caf.hpp"
#include "troupe/dsl.hpp"

#include <algorithm>

namespace troupe {

namespace {

error wrong_with(const diagnostics& all) {
  auto problems = nlohmann::json::array();
  for (auto& x : all)
    problems.push_back({{"severity", x.severity == severity::error ? "error" : "warning"},
                        {"code", x.code},
                        {"message", x.message},
                        {"hint", x.hint},
                        {"pointer", x.pointer},
                        {"line", x.line},
                        {"column", x.column}});
  auto first =
    std::find_if(all.begin(), all.end(), [](auto& x) { return x.severity == severity::error; });
  return {.code = errc::invalid_input,
          .message = (first->pointer.empty() ? "" : first->pointer + ": ") + first->message,
          .details = {{"problems", std::move(problems)}}};
}

template <class Flow, class Inputs>
std::future<run_result> future_of(engine& by, const Flow& x, Inputs inputs, run_options options) {
  auto promise = std::make_shared<std::promise<run_result>>();
  auto future = promise->get_future();
  by.submit(x, std::move(inputs), std::move(options),
            [promise](run_result result) { promise->set_value(std::move(result)); });
  return future;
}

} // namespace

engine::engine(engine_options options)
  : impl_{std::make_unique<implementation>(nullptr, options)} {}

engine::engine(caf::actor_system& host, engine_options options)
  : impl_{std::make_unique<implementation>(&host, options)} {}

engine::~engine() = default;

registry& engine::steps() { return impl_->kinds; }
const registry& engine::steps() const { return impl_->kinds; }

expected<flow, diagnostics> engine::load(const std::filesystem::path& file,
                                         const reading_options& options) const {
  return load_flow(file, impl_->kinds, options);
}

expected<flow, diagnostics> engine::parse(std::string_view text, const std::string& name,
                                          const reading_options& options) const {
  return parse_flow(text, impl_->kinds, name, options);
}

expected<flow, diagnostics> engine::build(const dsl::definition& x) const {
  return dsl::build(x, impl_->kinds);
}

run_result engine::run(const dsl::definition& x, nlohmann::json inputs, run_options options) {
  auto flow = build(x);
  if (flow)
    return run(*flow, std::move(inputs), std::move(options));
  return refused(x.name(), options.run_id, wrong_with(flow.error()));
}

run_result engine::run(const flow& x, value inputs, run_options options) {
  if (impl_->is_inside())
    return refused(
      x.name(), options.run_id,
      {.code = errc::would_block,
       .message = "engine.run would block one of the engine's own threads; use run_async"});
  return submit(x, std::move(inputs), std::move(options)).result();
}

std::future<run_result> engine::run_async(const flow& x, value inputs, run_options options) {
  return future_of(*this, x, std::move(inputs), std::move(options));
}

std::future<run_result> engine::run_async(const dsl::definition& x, nlohmann::json inputs,
                                          run_options options) {
  return future_of(*this, x, std::move(inputs), std::move(options));
}

run_handle engine::submit(const flow& x, value inputs, run_options options,
                          std::function<void(run_result)> on_end) {
  return impl_->submit(x, std::move(inputs), std::move(options), std::move(on_end));
}

run_handle engine::submit(const dsl::definition& x, nlohmann::json inputs, run_options options,
                          std::function<void(run_result)> on_end) {
  auto flow = build(x);
  if (flow)
    return submit(*flow, std::move(inputs), std::move(options), std::move(on_end));
  auto run_id = options.run_id.empty() ? new_run_id() : options.run_id;
  return ended_run(refused(x.name(), run_id, wrong_with(flow.error())), std::move(on_end));
}

expected<void> engine::connect(const std::string& worker) {
  if (auto net = impl_->net())
    return net->connect(worker);
  return failure(errc::invalid_input,
                 "the engine was made without a network: give engine_options::network");
}

void engine::disconnect(const std::string& worker) {
  if (auto net = impl_->net())
    net->disconnect(worker);
}

std::vector<worker_state> engine::workers() const {
  auto net = impl_->net();
  return net ? net->workers() : std::vector<worker_state>{};
}

engine_load engine::current_load() const { return impl_->current_load(); }

size_t engine::close(duration grace) { return impl_->close(grace); }

caf::actor spawn_flow(engine& by, const flow& x) { return by.inside().spawn_flow(x); }

} // namespace troupe

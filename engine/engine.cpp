// SPDX-License-Identifier: Apache-2.0
#include "troupe/engine.hpp"

#include "engine/handle_state.hpp"
#include "engine/implementation.hpp"
#include "engine/run_id.hpp"

namespace troupe {

engine::engine(engine_options options)
  : impl_{std::make_unique<implementation>(std::move(options))} {}

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

run_result engine::run(const flow& x, value inputs, run_options options) {
  if (impl_->is_inside())
    return refused(x, options.run_id,
                   {.code = errc::would_block,
                    .message = "engine.run would block one of its own actors; use run_async"});
  return submit(x, std::move(inputs), std::move(options)).result();
}

std::future<run_result> engine::run_async(const flow& x, value inputs, run_options options) {
  auto promise = std::make_shared<std::promise<run_result>>();
  auto future = promise->get_future();
  impl_->submit(x, std::move(inputs), std::move(options),
                [promise](run_result result) { promise->set_value(std::move(result)); });
  return future;
}

run_handle engine::submit(const flow& x, value inputs, run_options options,
                          std::function<void(run_result)> on_end) {
  return impl_->submit(x, std::move(inputs), std::move(options), std::move(on_end));
}

engine_load engine::current_load() const { return impl_->current_load(); }

size_t engine::close(duration grace) { return impl_->close(grace); }

} // namespace troupe

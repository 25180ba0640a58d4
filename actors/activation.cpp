// SPDX-License-Identifier: Apache-2.0
#include "actors/activation.hpp"

#include "config/scope.hpp"

namespace troupe {

void carry_meta(const plan::node& node, step_result& x) {
  if (!node.meta.is_null())
    x.metadata["meta"] = node.meta;
}

void activation::head(step_result& x) const {
  x.path = path;
  x.name = node.id;
  x.type = node.type;
  x.started_at = services->wall_time_of(started);
  x.duration = clock.now() - started;
  x.worker = services->worker;
  if (waited.count() > 0)
    x.metadata["waited_ms"] = value{nlohmann::json(to_ms(waited))};
  carry_meta(node, x);
}

step_result activation::blank() const {
  step_result x;
  head(x);
  return x;
}

step_result activation::failed(error why) const {
  auto x = blank();
  x.status = status::failed;
  if (why.path.empty())
    why.path = path;
  x.error = std::move(why);
  return x;
}

step_result activation::cancelled() const {
  auto x = failed({.code = errc::cancelled, .message = "cancelled from above"});
  x.status = status::cancelled;
  return x;
}

undo_log activation::completed_with(const step_result& x, const scope& around) const {
  if (node.undo.empty() || !x.success())
    return {};
  auto where = around;
  where.names = where.names.set(node.undo_result, x.output);
  return {std::make_shared<const completed>(
    completed{&node.undo.front(), path, services->worker, x.output,
              std::make_shared<const scope>(std::move(where)), ++*services->completions})};
}

} // namespace troupe

// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/fallback.hpp"

namespace troupe {

directive fallback_policy::on_start(const given&) { return launch_one(0); }

directive fallback_policy::on_settled(const settled& x) {
  attempts_.push_back(x.result);
  auto is_primary = x.child == 0;
  if (x.result->ok())
    return finish{is_primary ? *x.result : with_story(*x.result), {x.delta}, is_primary};
  auto backup = x.child + 1;
  if (backup < names_.size() && triggers_(*x.result->error))
    return launch{
      .children = {{.child = backup}},
      .tell = std::pair{event_type::fallback_triggered,
                        nlohmann::json{{"backup", names_[backup]}, {"error", *x.result->error}}}};
  if (is_primary)
    return finish{*x.result, {}, true};
  auto failed = with_story({.status = status::failed});
  failed.error = chained_errors();
  return finish{std::move(failed)};
}

step_result fallback_policy::with_story(step_result result) const {
  auto& story = result.metadata;
  story.erase("budget"); // the backup's own; the node's is told by its owner
  story["fallback_triggered"] = value{true};
  story["primary_attempt_result"] = as_value(*attempts_.front());
  story["fallback_attempt_result"] = as_value(*attempts_.back(), {.outputs = false});
  if (attempts_.size() > 2) {
    std::vector<value> between;
    for (size_t i = 1; i + 1 < attempts_.size(); ++i)
      between.push_back(as_value(*attempts_[i]));
    story["fallback_chain"] = value::list(std::move(between));
  }
  return result;
}

namespace {

/// `later` happened after `earlier`; what either was caused by is kept.
error caused_by(error later, const error& earlier) {
  later.cause =
    std::make_shared<const error>(later.cause ? caused_by(*later.cause, earlier) : earlier);
  return later;
}

} // namespace

/// The last error, with every earlier one in its chain of causes.
error fallback_policy::chained_errors() const {
  auto chain = *attempts_.front()->error;
  for (size_t i = 1; i < attempts_.size(); ++i)
    chain = caused_by(*attempts_[i]->error, chain);
  return chain;
}

} // namespace troupe

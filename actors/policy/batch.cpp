// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/batch.hpp"

#include <algorithm>

namespace troupe {

using nlohmann::json;

directive batch_policy::on_start(const given&) { return launch_one(items); }

directive batch_policy::on_settled(const settled& x) {
  return x.child == items ? take_items(x) : take_item(x);
}

directive batch_policy::take_items(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  list_ = x.result->output;
  if (!list_.is_array())
    return give_up{
      {.code = errc::invalid_input,
       .message = std::string{"batch: wanted a list of items, got "} + list_.type_name()}};
  auto size = std::max<size_t>(1, spec_.batch_size);
  results_.resize((list_.size() + size - 1) / size);
  if (results_.empty() || stopping_)
    return conclude();
  auto at_once = spec_.parallel ? std::min(spec_.max_concurrent, results_.size()) : 1;
  launch first;
  while (next_ < at_once)
    first.children.push_back(next_item());
  return first;
}

assignment batch_policy::next_item() {
  auto item = item_at(next_);
  ++running_;
  assignment x{.child = each, .input = item, .number = next_};
  x.names = {{spec_.item, std::move(item)}, {spec_.index, value{json(next_)}}};
  ++next_;
  return x;
}

value batch_policy::item_at(size_t number) const {
  if (spec_.batch_size == 0)
    return *list_.at(number);
  std::vector<value> part;
  auto end = std::min((number + 1) * spec_.batch_size, list_.size());
  for (auto i = number * spec_.batch_size; i < end; ++i)
    part.push_back(*list_.at(i));
  return value::list(std::move(part));
}

directive batch_policy::take_item(const settled& x) {
  --running_;
  ++ended_;
  total_ += x.result->duration;
  shortest_ = std::min(shortest_, x.result->duration);
  longest_ = std::max(longest_, x.result->duration);
  auto was_stopping = stopping_;
  if (x.result->ok()) {
    ++succeeded_;
    degraded_ = degraded_ || x.result->status == status::degraded;
    results_[x.number] = entry_for(item_at(x.number), x.result->output);
    if (!x.delta.empty())
      deltas_[x.number] = x.delta;
  } else {
    note_failure(x);
  }
  if (!stopping_ && next_ < results_.size())
    return launch{{next_item()}};
  if (running_ == 0)
    return conclude();
  return stopping_ && !was_stopping ? directive{cancel_rest{}} : directive{wait{}};
}

void batch_policy::note_failure(const settled& x) {
  if (x.result->status == status::cancelled)
    return;
  errors_.push_back(value::object({{"index", value{json(x.number)}},
                                   {"item", item_at(x.number)},
                                   {"error", value{x.result->error->message.c_str()}}}));
  if (!cause_)
    cause_ = x.result->error;
  auto most = spec_.tolerated                               ? spec_.tolerated->of(results_.size())
              : spec_.on_error == plan::on_error::fail_fast ? 0
                                                            : results_.size();
  stopping_ = stopping_ || errors_.size() > most;
}

/// The fields of the output beside the item that they were made from.
value batch_policy::entry_for(const value& item, const value& output) {
  std::vector<value::member> members{{"item", item}};
  if (!output.is_object()) {
    members.emplace_back("value", output);
    return value::object(std::move(members));
  }
  output.each_member([&](const std::string& name, const value& x) {
    if (name == "item")
      hides_a_field_ = true;
    else
      members.emplace_back(name, x);
  });
  return value::object(std::move(members));
}

/// What the items have so far is the output, once those that run have ended.
directive batch_policy::on_timeout(error why) {
  stopping_ = true;
  cause_ = std::move(why);
  return cancel_rest{};
}

directive batch_policy::conclude() {
  auto some = !results_.empty();
  if (stopping_ || (some && succeeded_ == 0))
    return give_up{*cause_, output()};
  step_result result{.status = errors_.empty() && !degraded_ ? status::succeeded : status::degraded,
                     .output = output()};
  if (!some)
    result.metadata["warning"] = value{"there was no item"};
  if (hides_a_field_)
    result.metadata["warning"] = value{"the field `item` of an output gave way to the item"};
  std::vector<changes> in_order;
  for (auto& [number, delta] : deltas_)
    in_order.push_back(std::move(delta));
  return finish{std::move(result), std::move(in_order)};
}

value batch_policy::output() const {
  auto metadata = json{{"parallel", spec_.parallel},
                       {"max_concurrent", spec_.parallel ? json(spec_.max_concurrent) : json()},
                       {"timing", timing()}};
  return value::object({{"results", value::list(results_)},
                        {"count", value{json(results_.size())}},
                        {"success_count", value{json(succeeded_)}},
                        {"error_count", value{json(errors_.size())}},
                        {"errors", errors_.empty() ? value{} : value::list(errors_)},
                        {"batch_metadata", value{std::move(metadata)}}});
}

json batch_policy::timing() const {
  auto none = ended_ == 0;
  return {{"total_items_ms", to_ms(total_)},
          {"avg_item_ms", none ? 0 : to_ms(total_) / static_cast<double>(ended_)},
          {"min_item_ms", none ? 0 : to_ms(shortest_)},
          {"max_item_ms", to_ms(longest_)}};
}

} // namespace troupe

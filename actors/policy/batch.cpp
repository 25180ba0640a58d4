// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/batch.hpp"

#include <algorithm>

namespace troupe {

using nlohmann::json;

namespace {

/// The fields of the output beside the item that they were made from.
value entry_for(const value& item, const value& output) {
  std::vector<value::member> members{{"item", item}};
  if (!output.is_object()) {
    members.emplace_back("value", output);
    return value::object(std::move(members));
  }
  output.each_member([&](const std::string& name, const value& x) {
    if (name != "item")
      members.emplace_back(name, x);
  });
  return value::object(std::move(members));
}

/// Put together only when somebody looks: a long batch keeps no more than what its items gave.
value list_of_entries(const item_list& items, const std::vector<std::optional<value>>& outputs) {
  size_t weight = 2 + items.all.weight();
  for (auto& output : outputs)
    weight += output ? output->weight() : 4;
  auto make = [items, outputs] {
    std::vector<value> all;
    all.reserve(outputs.size());
    for (size_t i = 0; i < outputs.size(); ++i)
      all.push_back(outputs[i] ? entry_for(items.at(i), *outputs[i]) : value{});
    return value::list(std::move(all));
  };
  return value::deferred(std::move(make), weight);
}

} // namespace

size_t item_list::runs() const {
  auto each = std::max<size_t>(1, size);
  return (all.size() + each - 1) / each;
}

value item_list::at(size_t run) const {
  if (size == 0)
    return *all.at(run);
  std::vector<value> part;
  auto end = std::min((run + 1) * size, all.size());
  for (auto i = run * size; i < end; ++i)
    part.push_back(*all.at(i));
  return value::list(std::move(part));
}

directive batch_policy::on_start(const given&) { return launch_one(items); }

directive batch_policy::on_settled(const settled& x) {
  return x.child == items ? take_items(x) : take_item(x);
}

directive batch_policy::take_items(const settled& x) {
  if (!x.result->ok())
    return give_up{*x.result->error};
  list_ = {x.result->output, spec_.batch_size};
  if (!list_.all.is_array())
    return give_up{
      {.code = errc::invalid_input,
       .message = std::string{"batch: wanted a list of items, got "} + list_.all.type_name()}};
  results_.resize(list_.runs());
  if (results_.empty() || stopping_)
    return conclude();
  auto at_once = spec_.parallel ? std::min(spec_.max_concurrent, results_.size()) : 1;
  launch first;
  while (next_ < at_once)
    first.children.push_back(next_item());
  return first;
}

assignment batch_policy::next_item() {
  auto item = list_.at(next_);
  ++running_;
  assignment x{.child = each, .input = item, .number = next_};
  x.names = {{spec_.item, std::move(item)}, {spec_.index, value{json(next_)}}};
  ++next_;
  return x;
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
    results_[x.number] = x.result->output;
    hides_a_field_ = hides_a_field_ || x.result->output.find("item");
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
  errors_[x.number] = value::object({{"index", value{json(x.number)}},
                                     {"item", list_.at(x.number)},
                                     {"error", value{x.result->error->message.c_str()}}});
  if (!cause_)
    cause_ = x.result->error;
  auto most = spec_.tolerated                               ? spec_.tolerated->of(results_.size())
              : spec_.on_error == plan::on_error::fail_fast ? 0
                                                            : results_.size();
  stopping_ = stopping_ || errors_.size() > most;
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
  return value::object({{"results", list_of_entries(list_, results_)},
                        {"count", value{json(results_.size())}},
                        {"success_count", value{json(succeeded_)}},
                        {"error_count", value{json(errors_.size())}},
                        {"errors", list_of_errors()},
                        {"batch_metadata", value{std::move(metadata)}}});
}

value batch_policy::list_of_errors() const {
  if (errors_.empty())
    return {};
  std::vector<value> in_order;
  for (auto& [number, what] : errors_)
    in_order.push_back(what);
  return value::list(std::move(in_order));
}

json batch_policy::timing() const {
  auto none = ended_ == 0;
  return {{"total_items_ms", to_ms(total_)},
          {"avg_item_ms", none ? 0 : to_ms(total_) / static_cast<double>(ended_)},
          {"min_item_ms", none ? 0 : to_ms(shortest_)},
          {"max_item_ms", to_ms(longest_)}};
}

} // namespace troupe

// SPDX-License-Identifier: Apache-2.0
#include "cluster/line.hpp"

#include "cluster/items.hpp"
#include "messages/cluster_protocol.hpp"

namespace troupe {

using nlohmann::json;

namespace {

constexpr attempt_id next_beat = 1;

/// More than that goes in parts, each of which shows that this end is there: a slow link takes its
/// time for the whole.
constexpr size_t largest_part = size_t{64} << 10;
/// No peer makes this one remember more.
constexpr size_t largest_whole = size_t{2} << 30;

} // namespace

line::line(caf::event_based_actor* self, caf::actor timer, heartbeat times)
  : self_{self}, timer_{std::move(timer)}, times_{times}, tenure_{std::make_shared<troupe::tenure>(
                                                            self->clock().now(), times.lease)} {}

int64_t line::now() const {
  return std::chrono::duration_cast<duration>(self_->clock().now().time_since_epoch()).count();
}

void line::say(uint64_t about, outbox::write_fn write) {
  outbox_.push(about, std::move(write));
  if (!std::exchange(is_flushing_, true))
    self_->send(self_, troupe::flush{}); // behind what else is in the mail: one envelope for all
}

void line::say(uint64_t about, json head) {
  say(about, [head = std::move(head)] { return wire::bytes_of(head); });
}

void line::say(uint64_t about, outbox::write_fn write, std::shared_ptr<void> held) {
  say(about, [this, write = std::move(write), held = std::move(held)] {
    in_envelope_.push_back(held);
    return write();
  });
}

void line::say_at_once(const json& head) {
  outbox_.push_urgent(wire::bytes_of(head));
  flush();
}

void line::flush() {
  is_flushing_ = false;
  if (!peer_)
    return;
  while (auto bytes = outbox_.next()) {
    note_sent(bytes->size());
    send_in_parts(std::move(*bytes));
  }
  note_sent(0); // what had nothing to say any more
}

void line::note_sent(size_t bytes) {
  sent_ += bytes;
  for (auto& held : std::exchange(in_envelope_, {}))
    underway_.emplace_back(sent_, std::move(held));
}

void line::disconnect() {
  peer_ = nullptr;
  outbox_ = {};
  in_envelope_.clear();
  underway_.clear();
}

void line::send_in_parts(std::string bytes) {
  size_t sent = 0;
  for (; bytes.size() - sent > largest_part; sent += largest_part)
    self_->send(peer_, envelope{bytes.substr(sent, largest_part), true});
  bytes.erase(0, sent);
  self_->send(peer_, envelope{std::move(bytes)});
}

std::optional<std::vector<wire::item>> line::take(const envelope& x) {
  tenure_->extend(self_->clock().now());
  if (inbox_.take(x.bytes.size()))
    beat();
  whole_ = std::string{};
  if (parts_.size() + x.bytes.size() > largest_whole)
    return {};
  if (x.goes_on) {
    parts_ += x.bytes;
    return std::vector<wire::item>{};
  }
  if (parts_.empty())
    return wire::items_of(x.bytes);
  whole_ = std::exchange(parts_, {}) + x.bytes;
  return wire::items_of(whole_);
}

void line::take_beat(const json& head) {
  if (head.size() < 4 || !head[1].is_number_integer() || !head[2].is_number_unsigned() ||
      !head[3].is_number_integer())
    return;
  time_of_peer_ = head[1];
  auto received = head[2].get<uint64_t>();
  outbox_.acknowledge(received);
  while (!underway_.empty() && underway_.front().first <= received)
    underway_.pop_front();
  if (auto echoed = head[3].get<int64_t>(); echoed != 0)
    round_trip_ = duration{now() - echoed};
  flush();
}

void line::beat(json news) {
  say_at_once(
    {wire::beat, now(), inbox_.acknowledge(), std::exchange(time_of_peer_, 0), std::move(news)});
}

void line::set_alarm() { self_->send(timer_, troupe::set_alarm{next_beat, times_.every}); }
void line::clear_alarm() { self_->send(timer_, troupe::clear_alarm{next_beat}); }

bool line::is_silent() const { return tenure_->is_over(self_->clock().now()); }

} // namespace troupe

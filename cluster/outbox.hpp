// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

namespace troupe {

/// What one node has to say to another, in order, as fast as that one takes it: nothing is written
/// out before it is its turn, and at most a window's worth of bytes is on its way, so that a slow
/// link or a slow peer costs no memory here.
class outbox {
public:
  /// Writes the item out; empty: it has nothing to say any more.
  using write_fn = std::function<std::string()>;

  /// `about`: the branch with which it may be taken back, or 0.
  void push(uint64_t about, write_fn write) { waiting_.push_back({about, std::move(write)}); }
  /// Before all others, whatever is on its way already.
  void push_urgent(std::string item) { urgent_ += item; }
  /// Takes out the first that waits and is about that branch; false if none is.
  bool take_back(uint64_t about);

  /// The next envelope; nothing if there is none to be sent now.
  std::optional<std::string> next();
  /// The peer has received so many bytes by now.
  void acknowledge(uint64_t bytes_in_all);

  size_t waiting() const { return waiting_.size(); }
  bool empty() const { return waiting_.empty() && urgent_.empty(); }

  static constexpr uint64_t window = uint64_t{8} << 20;

private:
  static constexpr size_t full_envelope = size_t{256} << 10;
  struct entry {
    uint64_t about;
    write_fn write;
  };
  bool has_credit() const { return sent_ - acknowledged_ < window; }

  std::deque<entry> waiting_;
  std::string urgent_;
  uint64_t sent_ = 0, acknowledged_ = 0; // bytes, of all envelopes
};

/// The other side of that: when to tell the peer how much has come.
class inbox {
public:
  /// Notes an envelope; whether it is time to acknowledge.
  bool take(size_t bytes) {
    received_ += bytes;
    return received_ - told_ >= outbox::window / 4;
  }
  /// All bytes by now, for the peer to know.
  uint64_t acknowledge() { return told_ = received_; }

private:
  uint64_t received_ = 0, told_ = 0;
};

} // namespace troupe

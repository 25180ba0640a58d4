// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace troupe::test {

/// Whether the kernel lets us have networks of our own (`unshare -n true`).
bool may_have_networks();

/// A network of its own. The thread that makes it is inside of it until it is destroyed, and with
/// it the threads and processes that it starts meanwhile.
class own_network {
public:
  own_network();
  ~own_network();
  own_network(const own_network&) = delete;
  own_network& operator=(const own_network&) = delete;

private:
  int outside_; // the network that the thread came from, as a file
};

/// A network for one machine that is connected to ours by a cable, with addresses of its own at
/// both ends. For as long as an `own_network` is there.
class far_machine {
public:
  /// `number`: from 1 to 250, unique.
  explicit far_machine(int number);
  ~far_machine();
  far_machine(const far_machine&) = delete;
  far_machine& operator=(const far_machine&) = delete;

  /// For processes that are to run there.
  int network() const { return there_; }
  std::string host() const { return address_of("2"); }

  /// Takes the cable out, and puts it in again.
  void cut() const;
  void mend() const;
  /// Lets nothing through in one direction, and says nothing of it, as a firewall would.
  void drop_to() const;
  void drop_from() const;
  /// Lets everything through again.
  void pass() const;
  /// Lets no more than that through, such as `2mbit`, in both directions.
  void slow_down(const std::string& rate) const;

private:
  std::string address_of(const char* end) const;

  int number_;
  std::string near_end_, far_end_; // names of the cable's ends
  int there_;
};

} // namespace troupe::test

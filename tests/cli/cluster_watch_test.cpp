// SPDX-License-Identifier: Apache-2.0
#include "cli/cluster_watch.hpp"

#include "tests/support/flows.hpp"
#include "tests/support/golden.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>

using namespace troupe;
using namespace troupe::cli;

namespace {

/// A file of a cluster, and all that its watch has told.
struct watch_fixture : test::scratch_folder {
  void put(const std::string& text) { write("cluster.json", test::quoted(text)); }

  /// What is told when the watch looks, one thing after another.
  std::string look() {
    told_.clear();
    watch_.look();
    return told_;
  }

  std::string told_;
  std::string first = (put("{'workers': ['a:1', 'b:1']}"), *text_of("cluster.json"));
  cluster_watch watch_{"cluster.json",
                       first,
                       *parse_cluster_file(first, "cluster.json"),
                       {.on_come = [this](auto& x) -> expected<void> {
                          told_ += "+" + x + " ";
                          if (x == "refused:1")
                            return failure(errc::denied, "wanted TLS");
                          return {};
                        },
                        .on_gone = [this](auto& x) { told_ += "-" + x + " "; },
                        .say = [this](auto& line) { told_ += line; }}};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(cluster_watch_suite, watch_fixture)

BOOST_AUTO_TEST_CASE(a_file_that_stays_tells_nothing) {
  BOOST_TEST(look() == "");
  put("{'workers': ['a:1', 'b:1']}"); // written again
  BOOST_TEST(look() == "");
}

BOOST_AUTO_TEST_CASE(workers_come_and_go_with_the_file) {
  put("{'workers': ['c:1', 'a:1']}");
  BOOST_TEST(look() == "-b:1 +c:1 ");
  BOOST_TEST(look() == "");
  put("{'workers': []}");
  BOOST_TEST(look() == "-c:1 -a:1 ");
}

BOOST_AUTO_TEST_CASE(a_broken_file_is_told_once_and_changes_nothing) {
  put("{'workers': ['a:1'");
  BOOST_TEST(look() == "troupe: cluster.json: wanted JSON; the workers stay as they are\n");
  BOOST_TEST(look() == "");
  put("{'workers': ['b:1', 'c:1']}"); // compared with the last that was right
  BOOST_TEST(look() == "-a:1 +c:1 ");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_away_for_a_while_changes_nothing) {
  std::filesystem::rename("cluster.json", "aside.json");
  BOOST_TEST(look() == "troupe: cluster.json: No such file or directory; the workers stay as they "
                       "are\n");
  BOOST_TEST(look() == "");
  std::filesystem::rename("aside.json", "cluster.json");
  BOOST_TEST(look() == "");
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_refused_is_told) {
  put("{'workers': ['a:1', 'b:1', 'refused:1']}");
  BOOST_TEST(look() == "+refused:1 troupe: worker refused:1: wanted TLS\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_change_meanwhile_is_told) {
  auto told = "troupe: cluster.json: only the workers can change while the command runs\n";
  put("{'workers': ['a:1', 'b:1'], 'lease': '2s'}");
  BOOST_TEST(look() == told);
  BOOST_TEST(look() == "");
  put("{'workers': ['a:1', 'b:1'], 'lease': '2s', 'insecure': true}");
  BOOST_TEST(look() == told);
}

BOOST_AUTO_TEST_SUITE_END()

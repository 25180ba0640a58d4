// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.hpp"
#include "tests/support/running.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

using namespace troupe;
using namespace troupe::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

/// File steps that may read and write below `root/` of a scratch folder, and nowhere else.
struct file_fixture : scratch_folder, engine_fixture {
  file_fixture() : engine_fixture{{.steps = {.files = {{"root"}, {"root"}}}}} {
    write("root/a.txt", "alpha\n");
    write("outside.txt", "secret");
  }
  json step(const std::string& kind, const std::string& params, value inputs = {}) {
    return output_of("{'id': 's', 'type': '" + kind + "', 'params': {" + params + "}}",
                     std::move(inputs));
  }
  error step_error_of(const std::string& kind, const std::string& params, value inputs = {}) {
    return error_of("{'id': 's', 'type': '" + kind + "', 'params': {" + params + "}}",
                    std::move(inputs));
  }
  errc code_of(const std::string& kind, const std::string& params, value inputs = {}) {
    return step_error_of(kind, params, std::move(inputs)).code;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(file_suite, file_fixture)

BOOST_AUTO_TEST_CASE(files_are_read_whole_and_binary_ones_as_base64) {
  BOOST_TEST(step("read-file", "'file_path': 'root/a.txt'").at("content") == "alpha\n");
  write("root/b.bin", "\xFF\x01");
  auto out = step("read-file", "'file_path': 'root/b.bin'");
  BOOST_TEST(out.at("content") == "/wE=");
  BOOST_TEST(out.at("content_is_binary") == true);
}

BOOST_AUTO_TEST_CASE(files_are_written_whole_and_folders_are_made) {
  auto out = step("write-file", "'file_path': 'root/new/deep/x.txt', 'content': 'hello'");
  BOOST_TEST(out.at("bytes") == 5);
  BOOST_TEST(read("root/new/deep/x.txt") == "hello");
  step("write-file", "'file_path': 'root/x.json', 'content': {'a': 1}");
  BOOST_TEST(read("root/x.json") == "{\n  \"a\": 1\n}\n");
  step("write-file", "'file_path': 'root/a.txt', 'content': 'beta', 'append': true");
  BOOST_TEST(read("root/a.txt") == "alpha\nbeta");
}

BOOST_AUTO_TEST_CASE(a_write_that_fails_leaves_the_old_file_and_no_other) {
  fs::create_directory(path() / "root/full");
  fs::create_directory(path() / "root/full/x.txt"); // a folder in the way of the rename
  BOOST_TEST(
    (code_of("write-file", "'file_path': 'root/full/x.txt', 'content': 'x'") == errc::file_error));
  BOOST_TEST(std::distance(fs::directory_iterator{path() / "root/full"}, {}) == 1);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_replaced_keeps_its_mode) {
  fs::permissions(path() / "root/a.txt", fs::perms{0640});
  step("write-file", "'file_path': 'root/a.txt', 'content': 'new'");
  BOOST_TEST(read("root/a.txt") == "new");
  BOOST_TEST((fs::status(path() / "root/a.txt").permissions() == fs::perms{0640}));
}

BOOST_AUTO_TEST_CASE(a_link_stays_a_link_and_its_file_is_written) {
  fs::create_directory(path() / "root/sub");
  fs::create_symlink("../a.txt", path() / "root/sub/link.txt");
  fs::create_symlink("nowhere", path() / "root/dangling");
  step("write-file", "'file_path': 'root/sub/link.txt', 'content': 'new'");
  BOOST_TEST(fs::is_symlink(path() / "root/sub/link.txt"));
  BOOST_TEST(read("root/a.txt") == "new");
  BOOST_TEST(
    (code_of("write-file", "'file_path': 'root/dangling', 'content': 'x'") == errc::file_error));
}

BOOST_AUTO_TEST_CASE(the_longest_name_can_be_written) {
  auto name = std::string(255, 'n');
  step("write-file", "'file_path': 'root/" + name + "', 'content': 'x'");
  BOOST_TEST(read("root/" + name) == "x");
}

BOOST_AUTO_TEST_CASE(what_is_no_file_is_written_to_and_not_replaced) {
  auto fifo = path() / "root/fifo";
  ::mkfifo(fifo.c_str(), 0600);
  BOOST_TEST(step_error_of("write-file", "'file_path': 'root/fifo', 'content': 'x'").message ==
             "\"root/fifo\": No such device or address"); // nobody reads it
  auto reader = ::open(fifo.c_str(), O_RDONLY | O_NONBLOCK);
  step("write-file", "'file_path': 'root/fifo', 'content': 'x'");
  char got = 0;
  BOOST_TEST(::read(reader, &got, 1) == 1);
  BOOST_TEST(got == 'x');
  ::close(reader);
  BOOST_TEST(fs::is_fifo(fifo));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_as_such) {
  engine_fixture at_dev{{.steps = {.files = {{"/dev"}, {"/dev"}}}}};
  auto why = at_dev.error_of(
    "{'type': 'write-file', 'params': {'file_path': '/dev/full', 'content': 'x', 'append': true}}");
  BOOST_TEST(why.message == "\"/dev/full\": No space left on device");
  BOOST_TEST(at_dev.output_of("{'type': 'echo', 'params': {'value': 1}}") ==
             1); // and the engine goes on
}

BOOST_AUTO_TEST_CASE(files_are_copied_moved_and_deleted) {
  step("copy-file", "'source_path': 'root/a.txt', 'dest_path': 'root/sub/b.txt'");
  BOOST_TEST(read("root/sub/b.txt") == "alpha\n");
  BOOST_TEST((code_of("copy-file", "'source_path': 'root/a.txt', 'dest_path': 'root/sub/b.txt'") ==
              errc::file_error));
  step("copy-file",
       "'source_path': 'root/a.txt', 'dest_path': 'root/sub/b.txt', 'overwrite': true");
  step("move-file", "'source_path': 'root/sub/b.txt', 'dest_path': 'root/c.txt'");
  BOOST_TEST(!has("root/sub/b.txt"));
  BOOST_TEST((code_of("move-file", "'source_path': 'root/c.txt', 'dest_path': 'root/a.txt'") ==
              errc::file_error));
  step("delete-file", "'file_path': 'root/c.txt'");
  BOOST_TEST(!has("root/c.txt"));
  BOOST_TEST(step_error_of("delete-file", "'file_path': 'root/c.txt'").message ==
             "\"root/c.txt\": No such file or directory");
}

BOOST_AUTO_TEST_CASE(nothing_outside_of_the_roots_is_ever_opened) {
  fs::create_symlink(path() / "outside.txt", path() / "root/link.txt");
  fs::create_symlink("..", path() / "root/up");
  fs::create_symlink("/etc", path() / "root/etc");
  for (std::string way :
       {"outside.txt", "root/../outside.txt", "/etc/passwd", "root/link.txt", "root/up/outside.txt",
        "root/etc/passwd", "../x", "root/./../outside.txt"}) {
    auto inputs = value{json{{"way", way}}};
    BOOST_TEST((code_of("read-file", "'file_path': '${inputs.way}'", inputs) == errc::denied), way);
    auto write =
      code_of("write-file", "'file_path': '${inputs.way}', 'content': 'x', 'append': true", inputs);
    BOOST_TEST((write == errc::denied), way);
    write = code_of("write-file", "'file_path': '${inputs.way}', 'content': 'x'", inputs);
    BOOST_TEST((write == errc::denied), way);
    BOOST_TEST((code_of("copy-file", "'source_path': 'root/a.txt', 'dest_path': '${inputs.way}/x'",
                        inputs) == errc::denied ||
                !has("outside.txt/x")),
               way);
  }
  BOOST_TEST(read("outside.txt") == "secret");
  BOOST_TEST((code_of("list-files", "'glob': '*', 'path': 'root/up'") == errc::denied));
}

BOOST_AUTO_TEST_CASE(a_link_that_stays_inside_is_followed) {
  fs::create_symlink("a.txt", path() / "root/inner.txt");
  BOOST_TEST(step("read-file", "'file_path': 'root/inner.txt'").at("content") == "alpha\n");
}

BOOST_AUTO_TEST_CASE(an_odd_path_is_refused) {
  BOOST_TEST((code_of("read-file", "'file_path': ''") == errc::invalid_input));
  BOOST_TEST(
    (code_of("read-file", "'file_path': '${inputs.x}'",
             value{json{{"x", std::string("root/a.txt\0b", 12)}}}) == errc::invalid_input));
  BOOST_TEST((code_of("read-file", "'file_path': 'root'") == errc::file_error));
}

BOOST_AUTO_TEST_CASE(files_are_listed_by_pattern_in_order) {
  write("root/src/x.cpp", "");
  write("root/src/deep/y.cpp", "");
  write("root/src/.hidden/z.cpp", "");
  auto list = [&](const std::string& glob) {
    return step("list-files", "'path': 'root', 'glob': '" + glob + "'").at("files");
  };
  BOOST_TEST(list("*.txt") == json({"root/a.txt"}));
  BOOST_TEST(list("src/**/*.cpp") == json({"root/src/deep/y.cpp", "root/src/x.cpp"}));
  BOOST_TEST(list("**/*.cpp") == json({"root/src/deep/y.cpp", "root/src/x.cpp"}));
  BOOST_TEST(list("src/?.cpp") == json({"root/src/x.cpp"}));
  BOOST_TEST(list("*.nope") == json::array());
  BOOST_TEST((code_of("list-files", "'path': 'root', 'glob': '../*'") == errc::invalid_input));
}

BOOST_AUTO_TEST_SUITE_END()

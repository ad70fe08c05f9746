#include <limits>

#include "core/json.h"
#include "tests/support/doctest.h"

namespace sekisho::json {
namespace {

void write_sample(Writer& writer) {
  writer.begin_object()
      .member("s", "a\"b")
      .member_int("i", -7)
      .member_bool("t", true)
      .key("n")
      .null();
  writer.key("a")
      .begin_array()
      .real(0.5)
      .integer(1)
      .begin_object()
      .end_object()
      .begin_array()
      .end_array()
      .string("x");
  writer.end_array().key("raw").raw("{\"x\" : 1.0}").end_object();
}

TEST_SUITE("unit") {
  TEST_CASE("core/json: writer puts commas and keeps the order") {
    Writer writer;
    write_sample(writer);
    CHECK(writer.take() ==
          R"({"s":"a\"b","i":-7,"t":true,"n":null,"a":[0.5,1,{},[],"x"],"raw":{"x" : 1.0}})");
  }

  TEST_CASE("core/json: pretty writer indents by two") {
    Writer writer(true);
    writer.begin_object()
        .key("a")
        .begin_array()
        .integer(1)
        .integer(2)
        .end_array()
        .key("o")
        .begin_object()
        .end_object()
        .end_object();
    CHECK(writer.text() == "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"o\": {}\n}");
    Writer other(true);
    write_sample(other);
    CHECK(check(other.text()).ok());
  }

  TEST_CASE("core/json: what the writer writes can be read") {
    Writer writer;
    writer.begin_array()
        .real(1e20)
        .real(-9007199254740992.0)
        .real(1e21)
        .real(5)
        .real(-0.0)
        .end_array();
    CHECK(writer.text() == "[100000000000000000000.0,-9007199254740992.0,1e+21,5,0]");
    CHECK(check(writer.text()).ok());
  }

  TEST_CASE("core/json: writer always gives valid JSON") {
    Writer writer;
    writer.begin_array()
        .string("bad \xFF\xC3 \xE2\x82 end")
        .real(std::numeric_limits<double>::infinity())
        .end_array();
    CHECK(writer.text() == "[\"bad \xEF\xBF\xBD\xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD end\",null]");
    CHECK(check(writer.text()).ok());
  }
}

}  // namespace
}  // namespace sekisho::json

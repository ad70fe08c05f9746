#include "node/http/message.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "core/json.h"
#include "node/http/grammar.h"
#include "taxii/header_text.h"

namespace sekisho::node::http {
namespace {

struct StatusText {
  int status;
  std::string_view text;
};
constexpr std::array<StatusText, 27> kStatus{{
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {304, "Not Modified"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"},
    {405, "Method Not Allowed"}, {406, "Not Acceptable"}, {408, "Request Timeout"}, {409, "Conflict"},
    {410, "Gone"}, {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"}, {417, "Expectation Failed"}, {422, "Unprocessable Content"},
    {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"}, {500, "Internal Server Error"},
    {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"}}};
constexpr std::string_view kAnswerFieldsOfOurs[] = {"Content-Length", "Transfer-Encoding", "Connection", "Date"};

std::string_view reason(int status) {
  const auto* row = std::find_if(kStatus.begin(), kStatus.end(),
                                 [&](const StatusText& s) { return s.status == status; });
  return row == kStatus.end() ? "Answer" : row->text;
}

void append_two(std::string& out, int value) {
  out += static_cast<char>('0' + value / 10);
  out += static_cast<char>('0' + value % 10);
}

}  // namespace

std::string http_date(Timestamp t) {
  static constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const std::time_t seconds = t.seconds;
  std::tm tm{};
  gmtime_r(&seconds, &tm);
  std::string out(kDays.substr(static_cast<std::size_t>(tm.tm_wday) * 3, 3));
  out += ", ";
  append_two(out, tm.tm_mday);
  out += ' ';
  out += kMonths.substr(static_cast<std::size_t>(tm.tm_mon) * 3, 3);
  out += ' ';
  append_two(out, (tm.tm_year + 1900) / 100);
  append_two(out, (tm.tm_year + 1900) % 100);
  out += ' ';
  append_two(out, tm.tm_hour);
  out += ':';
  append_two(out, tm.tm_min);
  out += ':';
  append_two(out, tm.tm_sec);
  out += " GMT";
  return out;
}

taxii::HttpResponse refusal_response(const Refusal& refusal) {
  taxii::HttpResponse response;
  response.status = refusal.status;
  response.headers = {{"Content-Type", "application/taxii+json;version=2.1"}};
  if (refusal.status == 503) response.headers.emplace_back("Retry-After", "5");
  json::Writer json;
  json.begin_object()
      .member("title", reason(refusal.status))
      .member("description", refusal.detail)
      .member("error_code", info(refusal.code).text)
      .member("http_status", std::to_string(refusal.status))
      .end_object();
  response.body = json.take();
  return response;
}

bool is_writable(const taxii::HttpResponse& response) {
  if (response.status < 200 || response.status > 599) return false;
  return std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return taxii::is_token(header.first) && is_field_value(header.second) &&
           std::none_of(std::begin(kAnswerFieldsOfOurs), std::end(kAnswerFieldsOfOurs),
                        [&](std::string_view name) { return taxii::equal_ignoring_case(header.first, name); });
  });
}

std::string response_head(const taxii::HttpResponse& response, std::size_t length,
                          std::string_view date, bool keep_alive) {
  std::string out;
  out.reserve(512);
  out += "HTTP/1.1 ";
  out += std::to_string(response.status);
  out += ' ';
  out += reason(response.status);
  out += "\r\nDate: ";
  out += date;
  for (const auto& [name, value] : response.headers) {
    out += "\r\n";
    out += name;
    out += ": ";
    out += value;
  }
  if (response.status != 204 && response.status != 304) {
    out += "\r\nContent-Length: ";
    out += std::to_string(length);
  }
  out += keep_alive ? "\r\n\r\n" : "\r\nConnection: close\r\n\r\n";
  return out;
}

}  // namespace sekisho::node::http

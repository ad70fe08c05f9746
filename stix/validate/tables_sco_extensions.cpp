#include "stix/validate/shared_rules.h"
#include "stix/validate/tables_sco.h"

// The predefined extensions of STIX 2.1 §6.7, §6.12, §6.13 and §6.16.

// A table has one row a line.
// clang-format off
namespace sekisho::stix {
namespace {

constexpr std::string_view kFileRef[] = {"file"};
constexpr std::string_view kArtifactRef[] = {"artifact"};

constexpr Property kArchive[] = {
    {"contains_refs", list(reference(kFileOrDirectory)), kRequired},
    {"comment", text()},
};

constexpr Property kDataStreamRows[] = {
    {"name", text(), kRequired},
    {"hashes", hashes()},
    {"size", integer(0)},
};
constexpr Shape kDataStream{"alternate-data-stream-type", Clause::kFile, kDataStreamRows};
constexpr Property kNtfs[] = {
    {"sid", text()},
    {"alternate_data_streams", list(nested(kDataStream))},
};

constexpr Property kPdf[] = {
    {"version", text()},
    {"is_optimized", boolean()},
    {"document_info_dict", text_dictionary()},
    {"pdfid0", text()},
    {"pdfid1", text()},
};

void raster_image_rules(const json::Value& object, FindingLog& log) {
  check_values(object, "exif_tags", true, true, log);
}
constexpr Property kRasterImage[] = {
    {"image_height", integer()},
    {"image_width", integer()},
    {"bits_per_pixel", integer()},
    {"exif_tags", dictionary()},
};

constexpr Property kPeHeaderRows[] = {
    {"magic_hex", hex_text()},
    {"major_linker_version", integer()},
    {"minor_linker_version", integer()},
    {"size_of_code", integer(0)},
    {"size_of_initialized_data", integer(0)},
    {"size_of_uninitialized_data", integer(0)},
    {"address_of_entry_point", integer()},
    {"base_of_code", integer()},
    {"base_of_data", integer()},
    {"image_base", integer()},
    {"section_alignment", integer()},
    {"file_alignment", integer()},
    {"major_os_version", integer()},
    {"minor_os_version", integer()},
    {"major_image_version", integer()},
    {"minor_image_version", integer()},
    {"major_subsystem_version", integer()},
    {"minor_subsystem_version", integer()},
    {"win32_version_value_hex", hex_text()},
    {"size_of_image", integer(0)},
    {"size_of_headers", integer(0)},
    {"checksum_hex", hex_text()},
    {"subsystem_hex", hex_text()},
    {"dll_characteristics_hex", hex_text()},
    {"size_of_stack_reserve", integer(0)},
    {"size_of_stack_commit", integer(0)},
    {"size_of_heap_reserve", integer(0)},
    {"size_of_heap_commit", integer(0)},
    {"loader_flags_hex", hex_text()},
    {"number_of_rva_and_sizes", integer()},
    {"hashes", hashes()},
};
constexpr Shape kPeHeader{"windows-pe-optional-header-type", Clause::kFile, kPeHeaderRows, nullptr, true};
constexpr Property kPeSectionRows[] = {
    {"name", text(), kRequired},
    {"size", integer(0)},
    {"entropy", number()},
    {"hashes", hashes()},
};
constexpr Shape kPeSection{"windows-pe-section-type", Clause::kFile, kPeSectionRows};
void pe_rules(const json::Value& object, FindingLog& log) {
  if (object["pe_type"].exists() && object.size() < 2) {
    log.report(object, Clause::kFile, "windows-pebinary-ext needs one property besides pe_type");
  }
}
constexpr Property kPeBinary[] = {
    {"pe_type", open_vocab(kWindowsPebinaryTypeOv), kRequired},
    {"imphash", text()},
    {"machine_hex", hex_text()},
    {"number_of_sections", integer(0)},
    {"time_date_stamp", whole_second()},
    {"pointer_to_symbol_table_hex", hex_text()},
    {"number_of_symbols", integer(0)},
    {"size_of_optional_header", integer(0)},
    {"characteristics_hex", hex_text()},
    {"file_header_hashes", hashes()},
    {"optional_header", nested(kPeHeader)},
    {"sections", list(nested(kPeSection))},
};

constexpr Property kHttpRequest[] = {
    {"request_method", text(), kRequired},
    {"request_value", text(), kRequired},
    {"request_version", text()},
    {"request_header", header_fields()},
    {"message_body_length", integer(0)},
    {"message_body_data_ref", reference(kArtifactRef)},
};

constexpr Property kIcmp[] = {
    {"icmp_type_hex", hex_text(), kRequired},
    {"icmp_code_hex", hex_text(), kRequired},
};

void socket_rules(const json::Value& object, FindingLog& log) {
  check_values(object, "options", true, false, log);
  const json::Value type = object["socket_type"];
  if (type.string() == "AF_ISOCK_DGRAMNET") {  // a misprint in a summary line of the standard
    log.report(type, Clause::kSocketMisprint, "the socket type is written SOCK_DGRAM");
  } else if (type.exists()) {
    check_kind(type, closed_enum(kNetworkSocketTypeEnum), log);
  }
}
constexpr Property kSocket[] = {
    {"address_family", closed_enum(kNetworkSocketAddressFamilyEnum), kRequired},
    {"is_blocking", boolean()},
    {"is_listening", boolean()},
    {"options", dictionary()},
    {"socket_type", unchecked()},
    {"socket_descriptor", integer(0)},
    {"socket_handle", integer()},
};

constexpr Property kTcp[] = {
    {"src_flags_hex", hex_text()},
    {"dst_flags_hex", hex_text()},
};

void windows_process_rules(const json::Value& object, FindingLog& log) {
  const json::Value priority = object["priority"];
  if (priority.is_string() && !priority.string_or({}).ends_with("_CLASS")) {
    log.report(priority, Clause::kPriority, "a priority should end in _CLASS");
  }
}
constexpr Property kWindowsProcess[] = {
    {"aslr_enabled", boolean()},
    {"dep_enabled", boolean()},
    {"priority", text()},
    {"owner_sid", text()},
    {"window_title", text()},
    {"startup_info", dictionary()},
    {"integrity_level", closed_enum(kWindowsIntegrityLevelEnum)},
};

constexpr Property kWindowsService[] = {
    {"service_name", text()},
    {"descriptions", list(text())},
    {"display_name", text()},
    {"group_name", text()},
    {"start_type", closed_enum(kWindowsServiceStartTypeEnum)},
    {"service_dll_refs", list(reference(kFileRef))},
    {"service_type", closed_enum(kWindowsServiceTypeEnum)},
    {"service_status", closed_enum(kWindowsServiceStatusEnum)},
};

constexpr Property kUnixAccount[] = {
    {"gid", integer()},
    {"groups", list(text())},
    {"home_dir", text()},
    {"shell", text()},
};

}  // namespace

constinit const Shape kFileExtensions[5] = {
    {"archive-ext", Clause::kFile, kArchive},
    {"ntfs-ext", Clause::kFile, kNtfs, nullptr, true},
    {"pdf-ext", Clause::kFile, kPdf, nullptr, true},
    {"raster-image-ext", Clause::kFile, kRasterImage, raster_image_rules, true},
    {"windows-pebinary-ext", Clause::kFile, kPeBinary, pe_rules},
};
constinit const Shape kNetworkExtensions[4] = {
    {"http-request-ext", Clause::kNetworkTraffic, kHttpRequest},
    {"icmp-ext", Clause::kNetworkTraffic, kIcmp},
    {"socket-ext", Clause::kNetworkTraffic, kSocket, socket_rules},
    {"tcp-ext", Clause::kNetworkTraffic, kTcp, nullptr, true},
};
constinit const Shape kProcessExtensions[2] = {
    {"windows-process-ext", Clause::kProcess, kWindowsProcess, windows_process_rules, true},
    {"windows-service-ext", Clause::kProcess, kWindowsService, nullptr, true},
};
constinit const Shape kAccountExtensions[1] = {
    {"unix-account-ext", Clause::kUserAccount, kUnixAccount, nullptr, true},
};

}  // namespace sekisho::stix

public import HTTP1
public import HTTPTypes
public import JSON
import NIOCore

extension Response {
  /// A JSON object.
  public static func json(
    status: HTTPResponse.Status = .ok,
    _ members: (inout JSONWriter) -> Void
  ) -> Response {
    var json = JSONWriter()
    json.object(members)
    return Response(
      status: status,
      headers: [.contentType: "application/json"],
      body: .whole(ByteBuffer(bytes: json.bytes))
    )
  }

  /// Success without data: status 200 and no body.
  public static var empty: Response { Response(status: .ok) }
}

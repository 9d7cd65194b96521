import NIOCore

/// An input for a decoder: bytes, and in which pieces they arrive.
///
/// The bytes behind the last byte 0xFF are the lengths of the pieces, one byte each, over and over. So a file with a
/// plain message is an input, too.
struct Pieces {
  let bytes: ArraySlice<UInt8>
  let lengths: [Int]

  init(_ input: [UInt8]) {
    let mark = input.lastIndex(of: 0xFF) ?? input.endIndex
    bytes = input[..<mark]
    let lengths = input[mark...].dropFirst().map { max(1, Int($0)) }
    self.lengths = lengths.isEmpty ? [7] : lengths
  }

  /// All bytes at once, each one by itself, and as the input says.
  var cuttings: [[ByteBuffer]] { [cut([bytes.count]), cut([1]), cut(lengths)] }

  private func cut(_ lengths: [Int]) -> [ByteBuffer] {
    var pieces: [ByteBuffer] = []
    var rest = bytes
    while !rest.isEmpty {
      let length = lengths[pieces.count % lengths.count]
      pieces.append(ByteBuffer(bytes: rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    return pieces
  }
}

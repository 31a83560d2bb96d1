import Glibc
import Testing

@testable import Properties

@Suite struct PropertiesTests {
    @Test func readsEveryForm() throws {
        let text = """
            # comment
            ! another
              plain=1
            colon: two words 
            space  three
            empty=
            bare
            path=/a\\
               /b
            esc\\=aped\\ key=tab\\tnew\\nline\\u00e9\\uD83D\\uDE00\\q
            """
        let properties = try Properties(parsing: text, file: "t.properties")
        #expect(properties["plain"] == "1")
        #expect(properties["colon"] == "two words ")
        #expect(properties["space"] == "three")
        #expect(properties["empty"] == "")
        #expect(properties["bare"] == "")
        #expect(properties["path"] == "/a/b")
        #expect(properties["esc=aped key"] == "tab\tnew\nlineé😀q")
        #expect(properties.entry("plain")?.line == 3)
        #expect(properties.entry("esc=aped key")?.line == 10)
        #expect(properties.entries.count == 7)
    }

    @Test func errorsNameTheLine() throws {
        func message(_ text: String) -> String? {
            do {
                _ = try Properties(parsing: text, file: "broker.properties")
                return nil
            } catch { return "\(error)" }
        }
        #expect(message("a=1\nb=2\na=3") == "broker.properties:3: `a` is already given in line 1")
        #expect(message("\n=1") == "broker.properties:2: there is no key before `=`")
        #expect(message("a=\\u12") == "broker.properties:1: `\\u` is not followed by four hexadecimal digits")
        let properties = try Properties(parsing: "x=1\nn=abc", file: "f")
        #expect(throws: PropertiesError(file: "f", line: 2, reason: "`n` must be a number from 0 to 9, not `abc`")) {
            try properties.int("n", in: 0...9)
        }
        #expect(throws: PropertiesError.self) { try properties.required("gone") }
    }

    @Test func rewritingKeepsCommentsAndOrder() throws {
        let text = "# head\n\nb=2\n# about a\na=1\n"
        var properties = try Properties(parsing: text, file: "f")
        #expect(properties.text == text)
        properties["b"] = "3"
        properties["c"] = "4"
        #expect(properties.text == "# head\n\nb=3\n# about a\na=1\nc=4\n")
        properties["b"] = nil
        #expect(properties.text == "# head\n\n# about a\na=1\nc=4\n")
        #expect(properties["a"] == "1")
    }

    @Test func anyTextSurvivesWriting() throws {
        var generator = SystemRandomNumberGenerator()
        let scalars = Array(" \t\n\r\u{c}\u{b}\u{85}\u{2028}=:#!\\ué😀ab\u{301}".unicodeScalars)
        for _ in 0..<500 {
            var properties = Properties()
            for _ in 0..<4 {
                func text() -> String {
                    var text = String.UnicodeScalarView()
                    for _ in 0..<Int.random(in: 1...6, using: &generator) {
                        text.append(scalars.randomElement(using: &generator)!)
                    }
                    return String(text)
                }
                properties[text()] = text()
            }
            let again = try Properties(parsing: properties.text, file: "f")
            #expect(again.dictionary == properties.dictionary, "\(properties.text)")
        }
    }

    @Test func filesAreReplacedAsAWhole() throws {
        let path = "/tmp/klamm-properties-\(getpid())-\(UInt32.random(in: 0 ... .max)).properties"
        defer { unlink(path) }
        #expect(throws: PropertiesError(file: path, line: 0, reason: "No such file or directory")) {
            try Properties(reading: path)
        }
        var properties = Properties(file: path)
        properties.comment("one\ntwo")
        properties["key"] = "value"
        try properties.write(to: path)
        let again = try Properties(reading: path)
        #expect(again.text == "# one\n# two\nkey=value\n")
    }
}

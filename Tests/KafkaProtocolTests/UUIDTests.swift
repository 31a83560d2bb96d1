import KafkaProtocol
import Testing

@Suite struct UUIDTests {
    @Test func textRoundTrips() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let id = UUID.random(using: &generator)
            #expect(UUID(id.description) == id)
        }
        #expect(UUID(high: 0, low: 1).description == "AAAAAAAAAAAAAAAAAAAAAQ")
        #expect(UUID("tooshort") == nil)
    }
}

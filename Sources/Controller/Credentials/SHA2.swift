/// SHA-256 on words of 32 bits and SHA-512 on words of 64 (FIPS 180-4): one function, whose constants for the shorter words
/// are the upper halves of those for the longer ones.
enum SHA2<Word: FixedWidthInteger & UnsignedInteger & Sendable> {
    /// Bytes that are taken in at a time.
    static var blockSize: Int { 2 * Word.bitWidth }

    private static var isLong: Bool { Word.bitWidth == 64 }
    private static var rounds: Int { isLong ? 80 : 64 }

    /// The digest of a message, 32 or 64 bytes.
    static func digest(_ message: [UInt8]) -> [UInt8] {
        let keys = cubeRoots.prefix(rounds).map(word)
        var state = squareRoots.map(word)
        let padded = padded(message)
        for start in stride(from: 0, to: padded.count, by: blockSize) {
            take(padded[start..<start + blockSize], into: &state, keys)
        }
        return state.flatMap(bytes)
    }

    /// A one, zeros, and the length in bits: two words, of which the upper one is zero for every message in memory.
    private static func padded(_ message: [UInt8]) -> [UInt8] {
        let size = Word.bitWidth / 8
        let zeros = (2 * blockSize - message.count % blockSize - 1 - 2 * size) % blockSize
        return message + [0x80] + Array(repeating: 0, count: zeros + 2 * size - 8)
            + SHA2<UInt64>.bytes(of: UInt64(message.count) * 8)
    }

    private static func take(_ block: ArraySlice<UInt8>, into state: inout [Word], _ keys: [Word]) {
        let size = Word.bitWidth / 8
        var schedule: [Word] = stride(from: block.startIndex, to: block.endIndex, by: size).map { start in
            block[start..<start + size].reduce(0) { $0 << 8 | Word($1) }
        }
        for round in 16..<rounds {
            let (old, new) = (schedule[round - 15], schedule[round - 2])
            let oldMix = isLong ? turn(old, 1) ^ turn(old, 8) ^ old >> 7 : turn(old, 7) ^ turn(old, 18) ^ old >> 3
            let newMix = isLong ? turn(new, 19) ^ turn(new, 61) ^ new >> 6 : turn(new, 17) ^ turn(new, 19) ^ new >> 10
            schedule.append(schedule[round - 16] &+ oldMix &+ schedule[round - 7] &+ newMix)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for round in 0..<rounds {
            let turnsOfA = isLong ? turn(a, 28) ^ turn(a, 34) ^ turn(a, 39) : turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)
            let turnsOfE = isLong ? turn(e, 14) ^ turn(e, 18) ^ turn(e, 41) : turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
            let choice = (e & f) ^ (~e & g)
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let first = h &+ turnsOfE &+ choice &+ keys[round] &+ schedule[round]
            (d, e, f, g, h) = (c, d &+ first, e, f, g)
            (a, b, c) = (first &+ turnsOfA &+ majority, a, b)
        }
        state = zip(state, [a, b, c, d, e, f, g, h]).map(&+)
    }

    private static func turn(_ word: Word, _ count: Int) -> Word { word >> count | word << (Word.bitWidth - count) }

    private static func word(_ constant: UInt64) -> Word { Word(constant >> (64 - Word.bitWidth)) }

    private static func bytes(of word: Word) -> [UInt8] {
        stride(from: Word.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) }
    }
}

/// The first 64 bits after the point of the square roots of the first eight primes.
private let squareRoots: [UInt64] = [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
]

/// The first 64 bits after the point of the cube roots of the first eighty primes.
private let cubeRoots: [UInt64] = [
    0x428a_2f98_d728_ae22, 0x7137_4491_23ef_65cd, 0xb5c0_fbcf_ec4d_3b2f, 0xe9b5_dba5_8189_dbbc,
    0x3956_c25b_f348_b538, 0x59f1_11f1_b605_d019, 0x923f_82a4_af19_4f9b, 0xab1c_5ed5_da6d_8118,
    0xd807_aa98_a303_0242, 0x1283_5b01_4570_6fbe, 0x2431_85be_4ee4_b28c, 0x550c_7dc3_d5ff_b4e2,
    0x72be_5d74_f27b_896f, 0x80de_b1fe_3b16_96b1, 0x9bdc_06a7_25c7_1235, 0xc19b_f174_cf69_2694,
    0xe49b_69c1_9ef1_4ad2, 0xefbe_4786_384f_25e3, 0x0fc1_9dc6_8b8c_d5b5, 0x240c_a1cc_77ac_9c65,
    0x2de9_2c6f_592b_0275, 0x4a74_84aa_6ea6_e483, 0x5cb0_a9dc_bd41_fbd4, 0x76f9_88da_8311_53b5,
    0x983e_5152_ee66_dfab, 0xa831_c66d_2db4_3210, 0xb003_27c8_98fb_213f, 0xbf59_7fc7_beef_0ee4,
    0xc6e0_0bf3_3da8_8fc2, 0xd5a7_9147_930a_a725, 0x06ca_6351_e003_826f, 0x1429_2967_0a0e_6e70,
    0x27b7_0a85_46d2_2ffc, 0x2e1b_2138_5c26_c926, 0x4d2c_6dfc_5ac4_2aed, 0x5338_0d13_9d95_b3df,
    0x650a_7354_8baf_63de, 0x766a_0abb_3c77_b2a8, 0x81c2_c92e_47ed_aee6, 0x9272_2c85_1482_353b,
    0xa2bf_e8a1_4cf1_0364, 0xa81a_664b_bc42_3001, 0xc24b_8b70_d0f8_9791, 0xc76c_51a3_0654_be30,
    0xd192_e819_d6ef_5218, 0xd699_0624_5565_a910, 0xf40e_3585_5771_202a, 0x106a_a070_32bb_d1b8,
    0x19a4_c116_b8d2_d0c8, 0x1e37_6c08_5141_ab53, 0x2748_774c_df8e_eb99, 0x34b0_bcb5_e19b_48a8,
    0x391c_0cb3_c5c9_5a63, 0x4ed8_aa4a_e341_8acb, 0x5b9c_ca4f_7763_e373, 0x682e_6ff3_d6b2_b8a3,
    0x748f_82ee_5def_b2fc, 0x78a5_636f_4317_2f60, 0x84c8_7814_a1f0_ab72, 0x8cc7_0208_1a64_39ec,
    0x90be_fffa_2363_1e28, 0xa450_6ceb_de82_bde9, 0xbef9_a3f7_b2c6_7915, 0xc671_78f2_e372_532b,
    0xca27_3ece_ea26_619c, 0xd186_b8c7_21c0_c207, 0xeada_7dd6_cde0_eb1e, 0xf57d_4f7f_ee6e_d178,
    0x06f0_67aa_7217_6fba, 0x0a63_7dc5_a2c8_98a6, 0x113f_9804_bef9_0dae, 0x1b71_0b35_131c_471b,
    0x28db_77f5_2304_7d84, 0x32ca_ab7b_40c7_2493, 0x3c9e_be0a_15c9_bebc, 0x431d_67c4_9c10_0d4c,
    0x4cc5_d4be_cb3e_42b6, 0x597f_299c_fc65_7e2a, 0x5fcb_6fab_3ad6_faec, 0x6c44_198c_4a47_5817,
]

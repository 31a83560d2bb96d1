/// What a person wants to hear of: a rule, and what is done when it holds.
package struct Alert: Sendable, Equatable {
    /// Its name in the settings.
    package var name: String
    /// The rule as it was written.
    package var text: String
    package var rule: AlertRule
    package var flashes = true
    package var rings = false
    /// A line for /bin/sh.
    package var command: String?
    /// How long the rule has to hold, milliseconds.
    package var holds: Int64 = 0
    /// How long nothing more is heard of it once it was raised, milliseconds.
    package var every: Int64 = 60_000

    /// An alert that only says so on the last line.
    package init(name: String, text: String, rule: AlertRule) {
        self.name = name
        self.text = text
        self.rule = rule
    }
}

/// A command that an alert runs, with the facts in its environment.
package struct Hook: Sendable, Equatable {
    /// The alert.
    package var name: String
    /// A line for /bin/sh.
    package var command: String
    /// Names and values.
    package var facts: [Fact]

    /// One variable of the environment.
    package struct Fact: Sendable, Equatable {
        package var name: String
        package var value: String

        /// A variable with its value.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A command with its facts.
    package init(name: String, command: String, facts: [Fact]) {
        self.name = name
        self.command = command
        self.facts = facts
    }
}

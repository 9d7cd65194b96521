// EndToEndTests: the system as its clients and operators see it, over real processes and real databases.
//
// Owns: what no module can promise alone: that any server answers for any region, that a failure stays where it is, and
// that every answer keeps the contract. Tests that leave the stack in one piece share one and bring people of their
// own; `Failures` break a stack of their own.

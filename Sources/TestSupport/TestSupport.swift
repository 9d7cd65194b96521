// TestSupport: the real parts that tests run against, each in a process of its own and gone with the test.

// Each fixture hosts a service of its own, so fixtures run side by side; the tests of one share its accounts and run in turn.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]

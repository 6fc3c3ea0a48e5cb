// Fixtures have a schema, a bus prefix and a work folder of their own, and spend much of their time waiting.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(3)]

namespace VideoGen.Bench.Whole;

/// <summary>What a job makes.</summary>
internal enum JobKind
{
    /// <summary>A text, which nothing stores as a file.</summary>
    Text,

    /// <summary>A picture of 256×256, stored; no two are alike.</summary>
    Image,
}

/// <summary>What is put under load: the system, or the baseline.</summary>
internal interface ILoadTarget
{
    /// <summary>In tables.</summary>
    string Name { get; }

    /// <summary>With the address.</summary>
    HttpClient Http { get; }

    Meter Meter { get; }

    /// <summary>The n-th submit; accounts take turns. The answer is a 202 with the job's <c>id</c>.</summary>
    HttpRequestMessage Submit(JobKind kind, int number);

    /// <summary>A read of the job that the n-th submit made.</summary>
    HttpRequestMessage Read(string job, int number);
}

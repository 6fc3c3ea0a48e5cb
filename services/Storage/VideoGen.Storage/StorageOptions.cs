using System.ComponentModel.DataAnnotations;
using VideoGen.Storage.Objects.S3;

namespace VideoGen.Storage;

/// <summary>Where files are kept and how large they may be. Section <c>Storage</c>.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";
    public const string FolderStore = "folder";
    public const string S3Store = "s3";

    /// <summary>Where finished files go: <c>folder</c> (default), below <see cref="Folder"/>, or <c>s3</c>, see <see cref="S3"/>.</summary>
    public string Store { get; set; } = FolderStore;

    /// <summary>
    /// The folder of the folder store and of files in the making, which are on this machine whatever the store is; made when missing. Required.
    /// </summary>
    [Required]
    public string Folder { get; set; } = "";

    /// <summary>The bucket of the S3 store; not looked at for <c>folder</c>.</summary>
    public S3Options S3 { get; set; } = new();

    /// <summary>Largest upload, and largest file imported from a customer's URL, in bytes. Default 100 MiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxUploadBytes { get; set; } = 100L << 20;

    /// <summary>Largest output of a job, in bytes. Default 2 GiB.</summary>
    [Range(1, long.MaxValue)]
    public long MaxOutputBytes { get; set; } = 2L << 30;

    /// <summary>Nothing new is taken while the disk of <see cref="Folder"/> has fewer free bytes than this. Default 512 MiB.</summary>
    [Range(0, long.MaxValue)]
    public long MinFreeBytes { get; set; } = 512L << 20;

    /// <summary>Our own address as the other services reach it, without a trailing slash; the address we listen on when null.</summary>
    [Url]
    public string? SelfUrl { get; set; }

    /// <summary>
    /// How long a file that has come whole and was found good, uploaded or imported, may take until it is kept; past it the answer is 503.
    /// Keep it shorter than <see cref="OrphanGrace"/>. Default 2 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:30:00")]
    public TimeSpan KeepTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long an ingest is tried before the job is told <c>storage_failed</c>. Default 30 minutes.</summary>
    public TimeSpan IngestGiveUp { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long an ingest waits for a process that has died in the middle of it before another takes over. At least 1 s. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IngestLease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Ingests that a process works on at once. Default 4.</summary>
    [Range(1, 64)]
    public int IngestConcurrency { get; set; } = 4;

    /// <summary>
    /// Memory for the facts and small pictures of files that came lately, in bytes: the same bytes again within ten minutes start no process.
    /// 0 keeps none. Default 32 MiB.
    /// </summary>
    [Range(0, 4L << 30)]
    public long KnownFilesBytes { get; set; } = 32L << 20;

    /// <summary>
    /// True, the default: ordinary JPEG, PNG and WebP pictures are decoded in this process. False: ffmpeg looks at every picture, in a
    /// process of its own, for many times the processor time.
    /// </summary>
    public bool InProcessImages { get; set; } = true;

    /// <summary>Pictures that are decoded in this process at once; further ones wait. 0, the default: half the cores, at least 1.</summary>
    [Range(0, 64)]
    public int InProcessImageConcurrency { get; set; }

    /// <summary>A picture of more pixels goes to ffmpeg. A pixel takes up to 10 bytes while it is decoded. Default 16 million.</summary>
    [Range(1, 100_000_000)]
    public int InProcessImagePixels { get; set; } = 16_000_000;

    /// <summary>A larger picture file goes to ffmpeg; one that is decoded here stands in memory twice. Default 32 MiB.</summary>
    [Range(1, 1L << 30)]
    public long InProcessImageBytes { get; set; } = 32L << 20;

    /// <summary>A picture that takes longer to decode is given up and goes to ffmpeg. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan InProcessImageTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Files that belong to nothing are left alone for this long: somebody may be about to need them. Default 1 hour.</summary>
    public TimeSpan OrphanGrace { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long assets are kept, whatever the plan of their account says.</summary>
    public RetentionOptions Retention { get; set; } = new();
}

/// <summary>
/// Section <c>Storage:Retention</c>: limits for all accounts. Null, the default, sets none. A plan may keep files for a shorter time
/// (<c>retention_days</c> in <c>plans.json</c>); the earlier of the two counts.
/// </summary>
internal sealed class RetentionOptions
{
    /// <summary>How often what has outlived its time, and what belongs to nothing, is looked for. Default 15 minutes.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Uploads and imported files are deleted this long after they came.</summary>
    public TimeSpan? Uploads { get; set; }

    /// <summary>Outputs of jobs are deleted this long after they were stored.</summary>
    public TimeSpan? Outputs { get; set; }
}

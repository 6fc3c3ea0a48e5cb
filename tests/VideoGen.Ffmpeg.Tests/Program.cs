using Microsoft.Extensions.Options;
using VideoGen.Ffmpeg;

// Run by a test as a process of its own: starts ffmpeg for ten minutes of video and waits, until the test kills it.
if (args is not ["render", var output]) return 2;
using var runner = new FfmpegRunner(Options.Create(new FfmpegOptions()));
var result = await runner.RunAsync(new FfmpegCall(["-re", "-f", "lavfi", "-i", "testsrc2=s=160x90:r=12:d=600", "-c:v", "mpeg4"]) { Output = output });
return result is FfmpegResult.Ok ? 0 : 1;
